//! One manual page: what clap knows of the command, and the sections that only a manual has.
//! Equal definitions make equal bytes: no page says when it was made.

use std::io;

use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::failure::Kind;

/// When the sections written here last changed.
const DATE: &str = "2026-11-23";

const ENVIRONMENT: &[(&str, &str)] = &[
    (
        "IGCONNECT_ACCOUNT",
        "The account that commands mean when none is named.",
    ),
    (
        "IGCONNECT_API_VERSION",
        "The version of the Graph API, such as v25.0.",
    ),
    (
        "IGCONNECT_APP_ID",
        "The Instagram App ID, in place of the configured apps.",
    ),
    (
        "IGCONNECT_APP_SECRET",
        "The Instagram App Secret that goes with it; with _FILE appended, a private file that holds it.",
    ),
    ("IGCONNECT_CONFIG", "The configuration file."),
    (
        "IGCONNECT_DATA_DIR",
        "The folder of the cache and of everything else that igconnect keeps.",
    ),
    (
        "IGCONNECT_INSTAGRAM",
        "A server at a loopback address, such as http://127.0.0.1:8080, in the place of Instagram.",
    ),
    (
        "IGCONNECT_REDIRECT_URI",
        "The redirect URI registered for IGCONNECT_APP_ID.",
    ),
    ("IGCONNECT_SANDBOX", "1 is --sandbox for every command."),
    (
        "IGCONNECT_SCENARIO",
        "What happens in the sandbox, as --scenario.",
    ),
    ("IGCONNECT_STORE", "Where new secrets are kept: keyring."),
    ("BROWSER", "The browser that login opens."),
    ("NO_COLOR", "Set to anything, nothing is coloured."),
    ("CLICOLOR_FORCE", "1 colours also what goes into a pipe."),
];

const FILES: &[(&str, &str)] = &[
    (
        "~/.config/igconnect/config.toml",
        "The Meta apps and the choice of the store. No secret is in it.",
    ),
    (
        "~/.local/share/igconnect/igconnect.sqlite",
        "Accounts, profiles and their history. No token is in it.",
    ),
    (
        "~/.local/share/igconnect/certificate/",
        "The certificate of the listener of login.",
    ),
    (
        "~/.local/share/igconnect/worlds/",
        "What the sandbox and other stand-ins for Instagram keep, apart from everything real.",
    ),
];

const FIRST_STEPS: &[&str] = &[
    "igconnect --sandbox login       try it, without a Meta app",
    "igconnect app add               set up your own Meta app",
    "igconnect login                 connect an account",
    "igconnect status                how it stands",
    "igconnect refresh --all         renew what is due, once a day",
    "igconnect run -- ./publish.sh   with the token in its environment",
];

/// A page and the name of its file.
pub struct ManPage {
    /// `igconnect-login.1`.
    pub file_name: String,
    /// Its source.
    pub text: String,
}

/// The pages of `root` and of every command below it, its own first.
pub fn all(root: clap::Command) -> io::Result<Vec<ManPage>> {
    let mut root = root.disable_help_subcommand(true);
    root.build();
    let mut pages = Vec::new();
    add(&root, &root, &mut pages)?;
    Ok(pages)
}

fn add(root: &clap::Command, command: &clap::Command, pages: &mut Vec<ManPage>) -> io::Result<()> {
    pages.push(page(root, command)?);
    let shown = command
        .get_subcommands()
        .filter(|command| !command.is_hide_set());
    shown
        .into_iter()
        .try_for_each(|command| add(root, command, pages))
}

fn page(root: &clap::Command, command: &clap::Command) -> io::Result<ManPage> {
    let is_root = command.get_name() == root.get_name();
    let common = |id: &clap::Id| {
        root.get_arguments()
            .any(|arg| arg.is_global_set() && arg.get_id() == id)
    };
    let command = command.clone().mut_args(|arg| {
        let arg = with_values_in_help(arg);
        if !is_root && common(arg.get_id()) {
            arg.help_heading("Common options")
        } else {
            arg
        }
    });
    let name = command
        .get_display_name()
        .unwrap_or_else(|| command.get_name())
        .to_owned();
    let file_name = format!("{name}.1");
    let version = root.get_version().unwrap_or_default();
    let examples = examples(&command);
    let has_commands = command.has_subcommands();
    let man = Man::new(command)
        .title(name.to_uppercase())
        .date(DATE)
        .source(format!("igconnect {version}"))
        .manual("igconnect manual");
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if has_commands {
        man.render_subcommands_section(&mut text)?;
    }
    let mut rest = Roff::new();
    if is_root {
        section_of_lines(&mut rest, "EXAMPLES", FIRST_STEPS.iter().copied());
        exit_status(&mut rest);
        section_of_terms(&mut rest, "ENVIRONMENT", ENVIRONMENT);
        section_of_terms(&mut rest, "FILES", FILES);
    } else {
        if !examples.is_empty() {
            section_of_lines(&mut rest, "EXAMPLES", examples.iter().map(String::as_str));
        }
        rest.control("SH", ["EXIT STATUS"]);
        rest.text([
            roman("0 if what was asked is true and done. "),
            bold("igconnect"),
            roman("(1) lists the other codes, and the environment and the files of every command."),
        ]);
        rest.control("SH", ["SEE ALSO"]);
        rest.text([bold("igconnect"), roman("(1)")]);
    }
    rest.to_writer(&mut text)?;
    let text = String::from_utf8(text).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(ManPage { file_name, text })
}

/// The values that an argument takes, in its sentence: the list that would follow it is one that mandoc frowns at.
fn with_values_in_help(arg: clap::Arg) -> clap::Arg {
    let values = arg.get_possible_values();
    let names: Vec<&str> = values.iter().map(|value| value.get_name()).collect();
    if names.is_empty() || !arg.get_action().takes_values() {
        return arg;
    }
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let help = format!("{help}: {}", names.join(", "));
    arg.help(help).hide_possible_values(true)
}

/// The examples of the help: the indented lines below `Examples:`.
fn examples(command: &clap::Command) -> Vec<String> {
    let help = command
        .get_after_long_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let lines = help.lines().skip_while(|line| *line != "Examples:").skip(1);
    lines
        .map_while(|line| line.strip_prefix("  "))
        .map(str::to_owned)
        .collect()
}

fn section_of_lines<'a>(roff: &mut Roff, title: &str, lines: impl Iterator<Item = &'a str>) {
    roff.control("SH", [title]);
    roff.control("nf", []);
    for line in lines {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
}

fn section_of_terms(roff: &mut Roff, title: &str, terms: &[(&str, &str)]) {
    roff.control("SH", [title]);
    for (term, about) in terms {
        roff.control("TP", []);
        roff.text([bold(*term)]);
        roff.text([roman(*about)]);
    }
}

fn exit_status(roff: &mut Roff) {
    roff.control("SH", ["EXIT STATUS"]);
    let ok = (0, "ok", "what was asked is true and done; never a guess");
    let kinds = Kind::ALL
        .iter()
        .map(|kind| (kind.exit_code(), kind.name(), kind.about()));
    for (code, name, about) in std::iter::once(ok).chain(kinds) {
        roff.control("TP", []);
        roff.text([bold(code.to_string())]);
        roff.text([roman(format!("{name}: {about}"))]);
    }
}
