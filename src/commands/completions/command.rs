//! The arguments of `completions`, and the scripts.
//!
//! Every script asks igconnect at each Tab (see `values`), so an installed script also fits later versions. Only Nushell's
//! script contains commands and flags, because Nushell needs them.

use std::io::{self, Write};

use clap_complete::env::EnvCompleter;

use super::values::VARIABLE;
use crate::failure::{Failure, Kind};
use crate::output::{Page, Render, json};

/// Print a completion script for your shell
///
/// Completes commands and flags, and the accounts, apps and scenarios of this machine.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect completions bash \\
    > ~/.local/share/bash-completion/completions/igconnect
  igconnect completions zsh > ~/.zfunc/_igconnect    with ~/.zfunc in fpath
  igconnect completions fish > ~/.config/fish/completions/igconnect.fish
  igconnect completions elvish >> ~/.config/elvish/rc.elv
  igconnect completions powershell >> $PROFILE
  igconnect completions nushell > igconnect.nu        then: use igconnect.nu *")]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

document! {
    #[derive(Debug, Clone, Copy, clap::ValueEnum)]
    #[serde(rename_all = "snake_case")]
    enum Shell {
        Bash,
        Zsh,
        Fish,
        Powershell,
        Elvish,
        Nushell,
    }
}

pub(crate) struct Report {
    shell: Shell,
    script: String,
}

pub(crate) fn run(args: &Args, mut command: clap::Command) -> Result<Report, Failure> {
    let script = match args.shell {
        Shell::Bash => include_str!("../../../completions/igconnect.bash").to_owned(),
        Shell::Zsh => include_str!("../../../completions/_igconnect").to_owned(),
        Shell::Fish => include_str!("../../../completions/igconnect.fish").to_owned(),
        Shell::Elvish => include_str!("../../../completions/igconnect.elv").to_owned(),
        Shell::Powershell => render_powershell()?,
        Shell::Nushell => {
            command.build();
            let mut script = Vec::new();
            let generator = clap_complete_nushell::Nushell;
            clap_complete::generate(generator, &mut command, "igconnect", &mut script);
            ask_for_values(&to_text(script)?)
        }
    };
    Ok(Report {
        shell: args.shell,
        script,
    })
}

fn render_powershell() -> Result<String, Failure> {
    let mut script = Vec::new();
    let name = "igconnect";
    let written =
        clap_complete::env::Powershell.write_registration(VARIABLE, name, name, name, &mut script);
    written.map_err(|_| cannot_render())?;
    let script = to_text(script)?;
    Ok(format!("{}\n", script.trim()))
}

/// Changes Nushell's script to ask igconnect for every value that is not one of a fixed list.
fn ask_for_values(script: &str) -> String {
    const MODULE: &str = "module completions {\n";
    const COMPLETER: &str = r#"
  # The accounts, apps and scenarios of this machine, as igconnect itself knows them
  def "nu-complete igconnect" [context: string] {
    let words = $context | split row --regex '\s+'
    let lines = with-env { _IGCONNECT_COMPLETE: nushell } { ^igconnect -- ...$words } | lines
    let known = $lines | where {|line| not ($line | str starts-with "-") }
    if ($known | is-empty) { null } else { $known | split column "\t" value description }
  }
"#;
    let asks = r#": string@"nu-complete igconnect" "#;
    let script = script.replace(": string ", asks);
    script.replacen(MODULE, &format!("{MODULE}{COMPLETER}"), 1)
}

fn to_text(script: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(script).map_err(|_| cannot_render())
}

fn cannot_render() -> Failure {
    Failure::new(Kind::Failed, "cannot render the completion script")
}

document! {
    pub(in crate::commands) struct CompletionsJson<'a> {
        schema: json::Version,
        shell: Shell,
        script: &'a str,
    }
}

impl Render for Report {
    fn human(&self, _page: &Page, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.script.as_bytes())
    }

    fn is_data(&self) -> bool {
        true
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let (shell, script) = (self.shell, self.script.as_str());
        let schema = json::SCHEMA;
        json::write(
            &CompletionsJson {
                schema,
                shell,
                script,
            },
            out,
        )
    }
}
