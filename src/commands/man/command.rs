//! The arguments of `man`, and its answer.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::page::{CommandGroup, ManTopic, render_all};
use crate::failure::{Failure, Kind};
use crate::output::{Page, Render, json};

/// Print the manual page, or write all pages to a folder
///
/// There is a page for each command, such as igconnect-login(1), and for each topic of igconnect help, such as
/// igconnect-setup(7).
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect man | man -l -
  igconnect man --dir ~/.local/share/man/man1")]
pub(crate) struct Args {
    /// Write all pages to this folder, and create it if necessary
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

document! {
    #[serde(untagged)]
    pub(crate) enum Report {
        Main {
            schema: json::Version,
            /// The file's name: igconnect.1.
            name: String,
            text: String,
        },
        Written {
            schema: json::Version,
            /// With --dir: the names of the files that were written.
            files: Vec<String>,
        },
    }
}

/// Renders the pages of `command`, which is built already, and of the topics.
pub(crate) fn run(
    args: &Args,
    command: &clap::Command,
    groups: &[CommandGroup<'_>],
    topics: &[ManTopic<'_>],
) -> Result<Report, Failure> {
    let schema = json::SCHEMA;
    let cannot_render = |_| Failure::new(Kind::Failed, "cannot render the manual pages");
    let pages = render_all(command, groups, topics).map_err(cannot_render)?;
    let Some(dir) = &args.dir else {
        let main = pages.into_iter().next();
        let (name, text) = main.ok_or_else(|| cannot_render(io::ErrorKind::NotFound.into()))?;
        return Ok(Report::Main { schema, name, text });
    };
    let cannot_write = |error: io::Error| {
        let (dir, why) = (dir.display(), error.kind());
        let message = format!("cannot write the manual pages to {dir}: {why}");
        Failure::new(Kind::Usage, message)
    };
    fs::create_dir_all(dir).map_err(cannot_write)?;
    for (name, text) in &pages {
        write_public(&dir.join(name), text).map_err(cannot_write)?;
    }
    let files = pages.into_iter().map(|(name, _)| name).collect();
    Ok(Report::Written { schema, files })
}

/// Writes a file that every user may read, unlike everything else that igconnect writes.
fn write_public(path: &Path, text: &str) -> io::Result<()> {
    fs::write(path, text)?;
    // Under a umask of 077 no other user could read it.
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    Ok(())
}

impl Render for Report {
    fn human(&self, _page: &Page, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Main { text, .. } => out.write_all(text.as_bytes()),
            Self::Written { files, .. } => {
                files.iter().try_for_each(|file| writeln!(out, "{file}"))
            }
        }
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::write(self, out)
    }
}
