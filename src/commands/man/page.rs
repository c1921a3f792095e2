//! One manual page: what clap knows of the command, and the sections that only a manual has.
//! Equal definitions make equal bytes: no page says when it was made.

use std::io;

use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::failure::Kind;

/// When the sections written here last changed.
const DATE: &str = "2026-11-23";

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

/// A page and the name of its file.
pub(crate) struct ManPage {
    /// `igconnect-login.1`.
    pub file_name: String,
    /// Its source.
    pub text: String,
}

/// What a topic is called, the line about it, and its text.
pub(super) type Topic<'a> = (&'a str, &'a str, String);

/// The pages of `root` and of every command below it, its own first, then those of the topics.
pub(super) fn all(mut root: clap::Command, topics: &[Topic<'_>]) -> io::Result<Vec<ManPage>> {
    root.build();
    let mut pages = Vec::new();
    add(&root, &root, topics, &mut pages)?;
    for topic in topics {
        pages.push(topic_page(&root, topic)?);
    }
    Ok(pages)
}

fn add(
    root: &clap::Command,
    command: &clap::Command,
    topics: &[Topic<'_>],
    pages: &mut Vec<ManPage>,
) -> io::Result<()> {
    pages.push(page(root, command, topics)?);
    command
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
        .try_for_each(|command| add(root, command, topics, pages))
}

fn page(
    root: &clap::Command,
    command: &clap::Command,
    topics: &[Topic<'_>],
) -> io::Result<ManPage> {
    let is_root = command.get_name() == root.get_name();
    let command = command.clone().mut_args(with_values_in_help);
    let name = command
        .get_display_name()
        .unwrap_or_else(|| command.get_name())
        .to_owned();
    let file_name = format!("{name}.1");
    let examples = examples(&command);
    let has_commands = command.has_subcommands();
    let man = headed(Man::new(command), root, &name);
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
    if !examples.is_empty() {
        section_of_lines(&mut rest, "EXAMPLES", examples.iter().map(String::as_str));
    }
    if is_root {
        exit_status(&mut rest);
        rest.control("SH", ["ENVIRONMENT"]);
        rest.text([
            bold("igconnect-environment"),
            roman("(7) lists every variable that is read."),
        ]);
        section_of_terms(&mut rest, "FILES", FILES);
    } else {
        rest.control("SH", ["EXIT STATUS"]);
        rest.text([
            roman("0 if what was asked is true and done. "),
            bold("igconnect"),
            roman("(1) lists the other codes, and the environment and the files of every command."),
        ]);
    }
    see_also(&mut rest, is_root, topics);
    rest.to_writer(&mut text)?;
    whole(file_name, text)
}

fn headed(man: Man, root: &clap::Command, name: &str) -> Man {
    let version = root.get_version().unwrap_or_default();
    man.title(name.to_uppercase())
        .date(DATE)
        .source(format!("igconnect {version}"))
        .manual("igconnect manual")
}

/// The page of a topic: its text as it is, which is laid out for a terminal already.
fn topic_page(root: &clap::Command, (name, about, text): &Topic<'_>) -> io::Result<ManPage> {
    let name = format!("igconnect-{name}");
    let mut source = Vec::new();
    headed(Man::new(clap::Command::new("igconnect")), root, &name)
        .section("7")
        .render_title(&mut source)?;
    let mut rest = Roff::new();
    rest.control("SH", ["NAME"]);
    rest.text([roman(format!("{name} - {about}"))]);
    // Its first line is a heading of its own.
    let lines = text.lines().skip(1).skip_while(|line| line.is_empty());
    section_of_lines(&mut rest, "DESCRIPTION", lines);
    see_also(&mut rest, false, &[]);
    rest.to_writer(&mut source)?;
    whole(format!("{name}.7"), source)
}

fn whole(file_name: String, source: Vec<u8>) -> io::Result<ManPage> {
    let text = String::from_utf8(source).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(ManPage { file_name, text })
}

fn see_also(roff: &mut Roff, is_root: bool, topics: &[Topic<'_>]) {
    roff.control("SH", ["SEE ALSO"]);
    if !is_root {
        roff.text([bold("igconnect"), roman("(1)")]);
        return;
    }
    for (place, (name, ..)) in topics.iter().enumerate() {
        let end = if place + 1 == topics.len() {
            "(7)"
        } else {
            "(7),"
        };
        roff.text([bold(format!("igconnect-{name}")), roman(end)]);
    }
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
        .or_else(|| command.get_after_help())
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
