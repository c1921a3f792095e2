//! The arguments of `completions`, and the scripts.
//!
//! Every script asks igconnect at each Tab (see `values`), so an installed script also fits later versions. Only Nushell's
//! script contains commands and flags, because Nushell needs them.

use std::io::{self, Write};

use clap_complete::env::{EnvCompleter, Powershell};
use clap_complete_nushell::Nushell;

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

document! {
    pub(crate) struct Report {
        schema: json::Version,
        shell: Shell,
        script: String,
    }
}

pub(crate) fn run(args: &Args, command: clap::Command) -> Result<Report, Failure> {
    let cannot_render = |_| Failure::new(Kind::Failed, "cannot render the completion script");
    let script = match args.shell {
        Shell::Bash => include_str!("../../../completions/igconnect.bash").to_owned(),
        Shell::Zsh => include_str!("../../../completions/_igconnect").to_owned(),
        Shell::Fish => include_str!("../../../completions/igconnect.fish").to_owned(),
        Shell::Elvish => include_str!("../../../completions/igconnect.elv").to_owned(),
        Shell::Powershell => render_powershell().map_err(cannot_render)?,
        Shell::Nushell => render_nushell(command).map_err(cannot_render)?,
    };
    Ok(Report {
        schema: json::SCHEMA,
        shell: args.shell,
        script,
    })
}

fn render_powershell() -> io::Result<String> {
    let (mut script, name) = (Vec::new(), "igconnect");
    Powershell.write_registration(VARIABLE, name, name, name, &mut script)?;
    Ok(format!("{}\n", io::read_to_string(&*script)?.trim()))
}

/// Renders Nushell's script, and lets it ask igconnect for every value that is not one of a fixed list.
fn render_nushell(mut command: clap::Command) -> io::Result<String> {
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
    let mut script = Vec::new();
    command.build();
    clap_complete::generate(Nushell, &mut command, "igconnect", &mut script);
    // clap_complete_nushell marks a free value with `string` alone and has no hook for a completer.
    let script =
        io::read_to_string(&*script)?.replace(": string ", r#": string@"nu-complete igconnect" "#);
    Ok(script.replacen(MODULE, &format!("{MODULE}{COMPLETER}"), 1))
}

impl Render for Report {
    fn human(&self, _page: &Page, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.script.as_bytes())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::write(self, out)
    }
}
