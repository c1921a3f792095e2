//! `completions`: the script that lets a shell complete igconnect's commands, flags and accounts.
//!
//! Every script asks igconnect itself at each Tab (see `values`). All but Nushell's, which must name commands and flags, are
//! short, so that an installed one also fits the igconnect of tomorrow.

mod values;
use std::io::{self, Write};

use clap_complete::env::EnvCompleter;

use crate::failure::{Failure, Kind};
use crate::output::{Page, Render, json};

pub(crate) use values::{asked_by, next_words};

/// Print the script that completes igconnect in a shell
///
/// Commands and flags are completed, and with them the accounts, apps and scenarios known on this machine; only the
/// local cache and configuration are read for that.
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
    /// Which shell
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

/// The script for a shell.
pub(crate) struct Report {
    shell: Shell,
    script: String,
}

/// Makes the script for igconnect as `command` describes it.
pub(crate) fn run(args: &Args, mut command: clap::Command) -> Result<Report, Failure> {
    let script = match args.shell {
        Shell::Bash => include_str!("../../../completions/igconnect.bash").to_owned(),
        Shell::Zsh => include_str!("../../../completions/_igconnect").to_owned(),
        Shell::Fish => include_str!("../../../completions/igconnect.fish").to_owned(),
        Shell::Elvish => include_str!("../../../completions/igconnect.elv").to_owned(),
        Shell::Powershell => powershell()?,
        Shell::Nushell => {
            command.build();
            let mut script = Vec::new();
            let generator = clap_complete_nushell::Nushell;
            clap_complete::generate(generator, &mut command, "igconnect", &mut script);
            asking(&text(script)?)
        }
    };
    Ok(Report {
        shell: args.shell,
        script,
    })
}

fn powershell() -> Result<String, Failure> {
    let mut script = Vec::new();
    let name = "igconnect";
    let written = clap_complete::env::Powershell.write_registration(
        values::VARIABLE,
        name,
        name,
        name,
        &mut script,
    );
    written.map_err(|_| unwritten())?;
    let script = text(script)?;
    Ok(format!("{}\n", script.trim()))
}

/// Nushell's script, in which igconnect is asked for every word that is no flag and not one of a few.
fn asking(script: &str) -> String {
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

fn text(script: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(script).map_err(|_| unwritten())
}

fn unwritten() -> Failure {
    Failure::new(Kind::Failed, "the script could not be made")
}

document! {
    pub(super) struct CompletionsJson<'a> {
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
