//! The arguments of `completions`, and the scripts.
//!
//! Every script asks igconnect at each Tab (see `values`), so an installed script also fits later versions. Only Nushell's
//! script contains commands and flags, because Nushell needs them.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use clap_complete::env::{EnvCompleter, Powershell};
use clap_complete_nushell::Nushell;

use super::install::Target;
use super::values::VARIABLE;
use crate::failure::{Failure, Kind};
use crate::output::{Page, Render, json};
use crate::settings::{ShellFolders, environment};

/// Print or install a completion script for your shell
///
/// Completes commands and flags, the accounts, apps and scenarios of this machine, and topics and errors. With
/// --install, writes the script where the shell finds it, and for zsh, Elvish and PowerShell adds a line to the
/// start-up file.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect completions --install
  igconnect completions --install fish
  igconnect completions zsh > ~/.zfunc/_igconnect    with ~/.zfunc in fpath
  igconnect completions powershell >> $PROFILE
  igconnect completions nushell > igconnect.nu        then: use igconnect.nu *")]
pub(crate) struct Args {
    /// The shell [default with --install: your login shell]
    #[arg(required_unless_present = "install")]
    shell: Option<Shell>,
    /// Write the script where the shell finds it
    #[arg(long)]
    install: bool,
}

document! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum Shell {
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
        /// Where the script was installed.
        installed: Option<String>,
        /// The start-up file of the shell, if a line was added to it.
        changed: Option<String>,
    }
}

pub(crate) fn run(args: &Args, command: clap::Command) -> Result<Report, Failure> {
    let cannot_render = |_| Failure::new(Kind::Failed, "cannot render the completion script");
    let shell = args.shell.map_or_else(login_shell, Ok)?;
    let script = match shell {
        Shell::Bash => include_str!("../../../completions/igconnect.bash").to_owned(),
        Shell::Zsh => include_str!("../../../completions/_igconnect").to_owned(),
        Shell::Fish => include_str!("../../../completions/igconnect.fish").to_owned(),
        Shell::Elvish => include_str!("../../../completions/igconnect.elv").to_owned(),
        Shell::Powershell => render_powershell().map_err(cannot_render)?,
        Shell::Nushell => render_nushell(command).map_err(cannot_render)?,
    };
    let mut report = Report {
        schema: json::SCHEMA,
        shell,
        script,
        installed: None,
        changed: None,
    };
    if args.install {
        let cannot_write = |error: io::Error| {
            let message = format!("cannot install the completion script: {}", error.kind());
            Failure::new(Kind::Usage, message).hint(format!(
                "Print it instead: igconnect completions {}",
                shell.name()
            ))
        };
        let target = Target::new(shell, &ShellFolders::find()?);
        let done = target.install(&report.script).map_err(cannot_write)?;
        let text = |path: PathBuf| path.display().to_string();
        (report.installed, report.changed) = (Some(text(done.script)), done.changed.map(text));
    }
    Ok(report)
}

impl Shell {
    fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// Returns the shell of the environment. Windows sets no variable for it.
fn login_shell() -> Result<Shell, Failure> {
    let path = environment::path("SHELL");
    let name = path
        .as_deref()
        .and_then(Path::file_stem)
        .and_then(OsStr::to_str);
    let found = match name {
        Some("nu") => Some(Shell::Nushell),
        Some("pwsh") => Some(Shell::Powershell),
        Some(name) => Shell::from_str(name, false).ok(),
        None if cfg!(windows) => Some(Shell::Powershell),
        None => None,
    };
    found.ok_or_else(|| {
        Failure::new(Kind::Usage, "igconnect cannot tell which shell you use")
            .hint("Name it, for example: igconnect completions --install bash")
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
        let Some(file) = &self.installed else {
            return out.write_all(self.script.as_bytes());
        };
        writeln!(
            out,
            "Installed the completions for {} in {file}",
            self.shell.name()
        )?;
        if let Some(file) = &self.changed {
            writeln!(out, "Added the lines that load them to {file}")?;
        }
        writeln!(out, "Start a new shell to use them.")
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::write(self, out)
    }
}
