//! The arguments of `man`, and its answer.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::page::{CommandGroup, ManPage, ManTopic, render_all};
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

pub(crate) enum Report {
    Main(ManPage),
    /// The names of the written files.
    Written(Vec<String>),
}

/// Renders the pages of `command`, which is built already, and of the topics.
pub(crate) fn run(
    args: &Args,
    command: &clap::Command,
    groups: &[CommandGroup<'_>],
    topics: &[ManTopic<'_>],
) -> Result<Report, Failure> {
    let cannot_render = |_| Failure::new(Kind::Failed, "cannot render the manual pages");
    let pages = render_all(command, groups, topics).map_err(cannot_render)?;
    let Some(dir) = &args.dir else {
        let main = pages.into_iter().next();
        return main
            .map(Report::Main)
            .ok_or_else(|| cannot_render(io::ErrorKind::NotFound.into()));
    };
    let cannot_write = |error: io::Error| {
        let kind = error.kind();
        Failure::new(
            Kind::Usage,
            format!("cannot write the manual pages to {}: {kind}", dir.display()),
        )
    };
    fs::create_dir_all(dir).map_err(cannot_write)?;
    for page in &pages {
        write_public(&dir.join(&page.file_name), page.text.as_bytes()).map_err(cannot_write)?;
    }
    Ok(Report::Written(
        pages.into_iter().map(|page| page.file_name).collect(),
    ))
}

/// Writes a file that every user may read, unlike everything else that igconnect writes.
fn write_public(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::write(path, bytes)?;
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    Ok(())
}

document! {
    pub(in crate::commands) struct MainJson<'a> {
        schema: json::Version,
        /// The file's name: igconnect.1.
        name: &'a str,
        text: &'a str,
    }

    pub(in crate::commands) struct WrittenJson<'a> {
        schema: json::Version,
        /// With --dir: the names of the files that were written.
        files: &'a [String],
    }
}

impl Render for Report {
    fn human(&self, _page: &Page, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Main(page) => out.write_all(page.text.as_bytes()),
            Self::Written(files) => files.iter().try_for_each(|file| writeln!(out, "{file}")),
        }
    }

    fn is_data(&self) -> bool {
        true
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let schema = json::SCHEMA;
        match self {
            Self::Main(page) => {
                let (name, text) = (page.file_name.as_str(), page.text.as_str());
                json::write(&MainJson { schema, name, text }, out)
            }
            Self::Written(files) => json::write(&WrittenJson { schema, files }, out),
        }
    }
}
