//! Where each shell looks for completions, and the line in its start-up file that loads them, if it needs one.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::command::Shell;
use crate::settings::ShellFolders;

/// The files of one shell.
pub(super) struct Target {
    /// The script.
    script: PathBuf,
    /// The shell's start-up file, and the lines that it needs.
    start_up: Option<(PathBuf, String)>,
}

/// What was written.
pub(super) struct Installed {
    pub(super) script: PathBuf,
    /// The start-up file, if it was changed.
    pub(super) changed: Option<PathBuf>,
}

impl Target {
    pub(super) fn new(shell: Shell, folders: &ShellFolders) -> Self {
        let ShellFolders {
            home,
            config,
            data,
            zsh,
        } = folders;
        let (script, start_up) = match shell {
            // bash-completion loads it at the first Tab: its README, "Where should I put it".
            Shell::Bash => (data.join("bash-completion/completions/igconnect"), None),
            // fish(1), "Where to put completions".
            Shell::Fish => (config.join("fish/completions/igconnect.fish"), None),
            // Nushell 0.101 and later load what is in this folder.
            Shell::Nushell => (data.join("nushell/vendor/autoload/igconnect.nu"), None),
            Shell::Zsh => {
                let lines = "fpath=(~/.zfunc $fpath)\nautoload -Uz compinit && compinit";
                (
                    home.join(".zfunc/_igconnect"),
                    Some((zsh.join(".zshrc"), lines)),
                )
            }
            Shell::Elvish => {
                let folder = config.join("elvish");
                (
                    folder.join("lib/igconnect.elv"),
                    Some((folder.join("rc.elv"), "use igconnect")),
                )
            }
            Shell::Powershell => {
                let folder = if cfg!(windows) {
                    home.join("Documents").join("PowerShell")
                } else {
                    config.join("powershell")
                };
                let profile = folder.join("Microsoft.PowerShell_profile.ps1");
                (
                    folder.join("igconnect.ps1"),
                    Some((profile, r#". "$PSScriptRoot/igconnect.ps1""#)),
                )
            }
        };
        let start_up = start_up.map(|(file, lines)| (file, lines.to_owned()));
        Self { script, start_up }
    }

    /// Writes the script, and adds the lines unless they are there.
    pub(super) fn install(self, script: &str) -> io::Result<Installed> {
        create_folder(&self.script)?;
        fs::write(&self.script, script)?;
        let changed = match self.start_up {
            Some((file, lines)) => add_lines(&file, &lines)?.then_some(file),
            None => None,
        };
        Ok(Installed {
            script: self.script,
            changed,
        })
    }
}

/// Returns whether the lines were added.
fn add_lines(file: &Path, lines: &str) -> io::Result<bool> {
    let before = match fs::read_to_string(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        read => read?,
    };
    if before.contains(lines) {
        return Ok(false);
    }
    create_folder(file)?;
    // Appended: the file may be a link into a repository of dotfiles, and nothing in it may be lost.
    let mut file = OpenOptions::new().append(true).create(true).open(file)?;
    let gap = if before.is_empty() || before.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    file.write_all(format!("{gap}\n# Completions of igconnect\n{lines}\n").as_bytes())?;
    Ok(true)
}

fn create_folder(file: &Path) -> io::Result<()> {
    file.parent().map_or(Ok(()), fs::create_dir_all)
}
