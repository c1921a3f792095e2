//! `certificate --trust`: makes the browsers of this user trust the authority.
//!
//! Invariant: only commands that were shown are run. They change nothing of other users, and need no root.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use super::ways::quote;
use crate::child::{self, ChildError, Output};
use crate::failure::{Failure, Kind};
use crate::session::Session;
use crate::settings::ShellFolders;

/// The name of the authority in a database.
const NICKNAME: &str = "igconnect";

/// Where Firefox keeps its profiles, also as a snap or Flatpak.
const FIREFOX: [&str; 4] = [
    ".mozilla/firefox",
    ".config/mozilla/firefox",
    "snap/firefox/common/.mozilla/firefox",
    ".var/app/org.mozilla.firefox/.mozilla/firefox",
];

/// macOS and Windows ask the person in a window of their own.
const LIMIT: Duration = Duration::from_secs(120);

const OUTPUT_MAX_BYTES: u64 = 1024 * 1024;

/// A command to run.
struct Step {
    program: &'static str,
    arguments: Vec<String>,
}

/// Shows the commands, asks, and runs them. Returns whether they were run.
pub(super) fn trust(session: &Session, authority: &Path, yes: bool) -> Result<bool, Failure> {
    let steps = plan(authority)?;
    let lines: Vec<_> = steps.iter().map(Step::line).collect();
    session.console.say(format!(
        "These commands make the browsers of this user trust the login:\n\n  {}\n",
        lines.join("\n  ")
    ));
    if !yes && !session.confirm("the trust", "Run them?".to_owned())? {
        session.console.say("Nothing was changed.");
        return Ok(false);
    }
    steps.iter().try_for_each(Step::run)?;
    Ok(true)
}

fn plan(authority: &Path) -> Result<Vec<Step>, Failure> {
    let home = ShellFolders::find()?.home;
    let file = text(authority)?;
    Ok(match std::env::consts::OS {
        "windows" => vec![Step::new("certutil", &["-user", "-addstore", "Root", file])],
        "macos" => {
            let keychain = home.join("Library/Keychains/login.keychain-db");
            let keychain = text(&keychain)?;
            let arguments = ["add-trusted-cert", "-r", "trustRoot", "-p", "ssl", "-k"];
            let arguments = [&arguments[..], &[keychain, file]].concat();
            vec![Step::new("security", &arguments)]
        }
        _ => {
            child::find_program("certutil").map_err(|_| no_certutil())?;
            let databases = nss_databases(&home);
            let steps = databases.iter().map(|database| nss_steps(database, file));
            let steps: Vec<_> = steps.collect::<Result<_, Failure>>()?;
            steps.into_iter().flatten().collect()
        }
    })
}

/// The database of Chromium and Chrome, which may be missing yet, and those of Firefox.
fn nss_databases(home: &Path) -> Vec<PathBuf> {
    let is_database = |folder: &PathBuf| folder.join("cert9.db").is_file();
    let mut databases = vec![home.join(".pki/nssdb")];
    databases.extend(Some(home.join("snap/chromium/current/.pki/nssdb")).filter(is_database));
    for profiles in FIREFOX {
        let profiles = fs::read_dir(home.join(profiles)).into_iter().flatten();
        databases.extend(
            profiles
                .flatten()
                .map(|profile| profile.path())
                .filter(is_database),
        );
    }
    databases
}

fn nss_steps(folder: &Path, file: &str) -> Result<Vec<Step>, Failure> {
    let is_new = !folder.join("cert9.db").is_file();
    let folder = text(folder)?;
    let database = &*format!("sql:{folder}");
    let mut steps = Vec::new();
    if is_new {
        steps.push(Step::new("mkdir", &["-p", "-m", "700", folder]));
        steps.push(Step::new(
            "certutil",
            &["-N", "-d", database, "--empty-password"],
        ));
    }
    let listed = Step::new("certutil", &["-L", "-d", database, "-n", NICKNAME]);
    // A database keeps one certificate per name.
    if !is_new && listed.output().is_ok_and(|output| output.status.success()) {
        steps.push(Step::new(
            "certutil",
            &["-D", "-d", database, "-n", NICKNAME],
        ));
    }
    let add = [
        "-A", "-d", database, "-n", NICKNAME, "-t", "C,,", "-i", file,
    ];
    steps.push(Step::new("certutil", &add));
    Ok(steps)
}

impl Step {
    fn new(program: &'static str, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|it| (*it).to_owned()).collect();
        Self { program, arguments }
    }

    fn line(&self) -> String {
        let arguments = self.arguments.iter().map(|argument| quote(argument));
        let words: Vec<_> = [self.program.to_owned()]
            .into_iter()
            .chain(arguments)
            .collect();
        words.join(" ")
    }

    fn output(&self) -> Result<Output, ChildError> {
        let mut command = child::find_program(self.program)?;
        child::remove_all_secrets(&mut command);
        command.args(&self.arguments).stderr(Stdio::piped());
        child::run(&mut command, b"", LIMIT, OUTPUT_MAX_BYTES)
    }

    fn run(&self) -> Result<(), Failure> {
        let failed = |cause: String| {
            let failure = Failure::new(
                Kind::Failed,
                "a browser's certificate database was not changed",
            );
            let hint = format!("Close the browser and try again: {}", self.line());
            failure.cause(cause).hint(hint)
        };
        let output = self.output().map_err(|error| failed(error.to_string()))?;
        if output.status.success() {
            return Ok(());
        }
        let first = output.first_error().shortened(200);
        Err(failed(format!("{} said: {first}", self.program)))
    }
}

fn no_certutil() -> Failure {
    Failure::new(Kind::Usage, "certutil is not installed")
        .cause("it is in the package libnss3-tools or nss-tools")
        .hint("Install it, then: igconnect certificate --trust")
}

fn text(path: &Path) -> Result<&str, Failure> {
    let no_text = || Failure::new(Kind::Usage, "the path of the certificate is not UTF-8");
    path.to_str().ok_or_else(no_text)
}
