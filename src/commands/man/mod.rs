//! `man`: the manual pages, made of the same definitions as `--help`.

mod page;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Kind};
use crate::output::{Page, Render, json};

/// Print the manual page, or write all of them
///
/// There is a page for each command, igconnect(1), igconnect-login(1) and so on, and one for each topic of
/// igconnect help: igconnect-setup(7) and so on.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect man | man -l -
  igconnect man --dir ~/.local/share/man/man1")]
pub(crate) struct Args {
    /// Write every page into this folder, which is made where it is missing
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

/// The main page, or which files were written.
pub(crate) enum Report {
    /// The main page.
    Main(page::ManPage),
    /// The files.
    Written(Vec<String>),
}

/// Makes the pages of `command`, which is built already, and of the topics; prints the first or writes all.
pub(crate) fn run(
    args: &Args,
    command: &clap::Command,
    groups: &[page::CommandGroup<'_>],
    topics: &[page::Topic<'_>],
) -> Result<Report, Failure> {
    let unmade = |_| Failure::new(Kind::Failed, "the manual pages could not be made");
    let pages = page::all(command, groups, topics).map_err(unmade)?;
    let Some(dir) = &args.dir else {
        let main = pages.into_iter().next();
        return main
            .map(Report::Main)
            .ok_or_else(|| unmade(io::ErrorKind::NotFound.into()));
    };
    let unwritten = |error: io::Error| {
        let kind = error.kind();
        Failure::new(
            Kind::Usage,
            format!(
                "the manual pages cannot be written to {}: {kind}",
                dir.display()
            ),
        )
    };
    fs::create_dir_all(dir).map_err(unwritten)?;
    for page in &pages {
        write_public(&dir.join(&page.file_name), page.text.as_bytes()).map_err(unwritten)?;
    }
    Ok(Report::Written(
        pages.into_iter().map(|page| page.file_name).collect(),
    ))
}

/// Unlike everything else that igconnect writes, a manual page is for every user to read.
fn write_public(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::write(path, bytes)?;
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    Ok(())
}

document! {
    pub(super) struct MainJson<'a> {
        schema: json::Version,
        /// The file's name: igconnect.1.
        name: &'a str,
        text: &'a str,
    }

    pub(super) struct WrittenJson<'a> {
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
