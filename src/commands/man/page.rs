//! Renders manual pages: what clap knows about a command, and the sections that only a manual has.
//!
//! Invariant: equal definitions give equal bytes, so no page contains the time of its creation.

use std::io;

use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::failure::Kind;

/// When the sections written here last changed.
const DATE: &str = "2026-11-28";

const FILES: &[(&str, &str)] = &[
    (
        "~/.config/igconnect/config.toml",
        "Meta apps and settings. Contains no secret.",
    ),
    (
        "~/.local/share/igconnect/igconnect.sqlite",
        "The cache: accounts, profiles and history. Contains no token.",
    ),
    (
        "~/.local/share/igconnect/certificate/",
        "The certificate of the login listener.",
    ),
    (
        "~/.local/share/igconnect/worlds/",
        "The data of the sandbox and of test servers.",
    ),
];

pub(crate) struct ManPage {
    /// `igconnect-login.1`.
    pub file_name: String,
    /// The roff source.
    pub text: String,
}

/// Name, one-line description and text.
pub(crate) type ManTopic<'a> = (&'a str, &'a str, String);

/// A heading and the names of the commands below it.
pub(crate) type CommandGroup<'a> = (&'a str, &'a [&'a str]);

const ABOUT_IGCONNECT: &str = "igconnect logs in to Instagram through your own Meta app, keeps the token of each \
account in a secret store, refreshes it before it expires, and hands it to other programs.";

/// Renders the page of `root`, of every command below it, and of the topics, in this order.
pub(super) fn render_all(
    root: &clap::Command,
    groups: &[CommandGroup<'_>],
    topics: &[ManTopic<'_>],
) -> io::Result<Vec<ManPage>> {
    let mut pages = vec![render_root(root, groups, topics)?];
    for command in root.get_subcommands() {
        add_command(root, command, &mut pages)?;
    }
    for topic in topics {
        pages.push(render_topic(root, topic)?);
    }
    Ok(pages)
}

fn add_command(
    root: &clap::Command,
    command: &clap::Command,
    pages: &mut Vec<ManPage>,
) -> io::Result<()> {
    pages.push(render_command(root, command)?);
    let commands = command.get_subcommands();
    commands
        .filter(|command| !command.is_hide_set())
        .try_for_each(|command| add_command(root, command, pages))
}

fn render_root(
    root: &clap::Command,
    groups: &[CommandGroup<'_>],
    topics: &[ManTopic<'_>],
) -> io::Result<ManPage> {
    let described = root.clone().long_about(ABOUT_IGCONNECT);
    let (mut text, mut roff) = begin(root, described, "igconnect")?;
    roff.control("SH", ["COMMANDS"]);
    for (group, names) in groups {
        roff.control("SS", [*group]);
        add_command_list(
            &mut roff,
            names.iter().filter_map(|name| root.find_subcommand(name)),
        );
    }
    let after = after_help(root);
    let examples = after
        .split("\n\n")
        .filter(|block| block.starts_with("Examples:"));
    examples.for_each(|block| add_help_block(&mut roff, block));
    add_exit_status(&mut roff);
    roff.control("SH", ["ENVIRONMENT"]);
    roff.text([
        bold("igconnect-environment"),
        roman("(7) lists all environment variables."),
    ]);
    add_terms(&mut roff, "FILES", FILES);
    roff.control("SH", ["SEE ALSO"]);
    for (place, (name, ..)) in topics.iter().enumerate() {
        let end = if place + 1 == topics.len() {
            "(7)"
        } else {
            "(7),"
        };
        roff.text([bold(format!("igconnect-{name}")), roman(end)]);
    }
    roff.to_writer(&mut text)?;
    finish("igconnect.1".to_owned(), text)
}

fn render_command(root: &clap::Command, command: &clap::Command) -> io::Result<ManPage> {
    let name = command.get_display_name();
    let name = name.unwrap_or_else(|| command.get_name()).to_owned();
    let (mut text, mut roff) = begin(root, command.clone(), &name)?;
    if command.has_subcommands() {
        roff.control("SH", ["COMMANDS"]);
        add_command_list(&mut roff, command.get_subcommands());
    }
    let after = after_help(command);
    let blocks = after.split("\n\n").filter(|block| !block.is_empty());
    blocks.for_each(|block| add_help_block(&mut roff, block));
    roff.control("SH", ["EXIT STATUS"]);
    roff.text([
        roman("0 on success. "),
        bold("igconnect"),
        roman("(1) lists the other codes, and the files of all commands."),
    ]);
    roff.control("SH", ["SEE ALSO"]);
    roff.text([bold("igconnect"), roman("(1)")]);
    roff.to_writer(&mut text)?;
    finish(format!("{name}.1"), text)
}

/// Renders the sections from the title to the options, and returns an empty roff for the rest.
fn begin(root: &clap::Command, command: clap::Command, name: &str) -> io::Result<(Vec<u8>, Roff)> {
    let mut command = command.mut_args(adapt_arg);
    let usage = command.render_usage().to_string();
    let man = with_header(Man::new(command), root, name);
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    let mut synopsis = Roff::new();
    let usage = usage.trim_start_matches("Usage:").lines().map(str::trim);
    add_lines(&mut synopsis, "SYNOPSIS", usage);
    synopsis.to_writer(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    Ok((text, Roff::new()))
}

fn add_command_list<'a>(roff: &mut Roff, commands: impl Iterator<Item = &'a clap::Command>) {
    for command in commands {
        let name = command.get_display_name();
        let name = name.unwrap_or_else(|| command.get_name());
        let about = command.get_about().map(ToString::to_string);
        roff.control("TP", []);
        roff.text([bold(name), roman("(1)")]);
        roff.text([roman(about.unwrap_or_default())]);
    }
}

fn with_header(man: Man, root: &clap::Command, name: &str) -> Man {
    let version = root.get_version().unwrap_or_default();
    man.title(name.to_uppercase())
        .date(DATE)
        .source(format!("igconnect {version}"))
        .manual("igconnect manual")
}

/// Renders a topic. Its text keeps its lines, which are laid out for a terminal.
fn render_topic(root: &clap::Command, (name, about, text): &ManTopic<'_>) -> io::Result<ManPage> {
    let name = format!("igconnect-{name}");
    let mut source = Vec::new();
    with_header(Man::new(clap::Command::new("igconnect")), root, &name)
        .section("7")
        .render_title(&mut source)?;
    let mut rest = Roff::new();
    rest.control("SH", ["NAME"]);
    rest.text([roman(format!("{name} - {about}"))]);
    // The first line is the title of the topic.
    let lines = text.lines().skip(1).skip_while(|line| line.is_empty());
    rest.control("SH", ["DESCRIPTION"]);
    // The lines are as wide as a terminal, so an indent would break them.
    rest.control("in", ["0"]);
    add_unfilled(&mut rest, lines);
    rest.control("SH", ["SEE ALSO"]);
    rest.text([bold("igconnect"), roman("(1)")]);
    rest.to_writer(&mut source)?;
    finish(format!("{name}.7"), source)
}

fn finish(file_name: String, source: Vec<u8>) -> io::Result<ManPage> {
    let text = String::from_utf8(source).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(ManPage { file_name, text })
}

/// Adds the possible values of an argument to its description: mandoc warns about the list that clap would add.
fn adapt_arg(arg: clap::Arg) -> clap::Arg {
    let values = arg.get_possible_values();
    let names: Vec<&str> = values.iter().map(|value| value.get_name()).collect();
    if arg.get_id() == "help" {
        return arg.help("Print help").long_help(None);
    }
    if names.is_empty() || !arg.get_action().takes_values() {
        return arg;
    }
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let help = format!("{help} (one of {})", names.join(", "));
    arg.help(help).hide_possible_values(true)
}

fn after_help(command: &clap::Command) -> String {
    let after = command.get_after_long_help();
    let after = after.or_else(|| command.get_after_help());
    after.map(ToString::to_string).unwrap_or_default()
}

/// Adds a paragraph from the end of a help page: a heading with lines below it, such as `Examples:`, or prose.
fn add_help_block(roff: &mut Roff, block: &str) {
    match block.split_once(":\n") {
        Some((title, lines)) if lines.starts_with("  ") => {
            let lines = lines
                .lines()
                .map(|line| line.strip_prefix("  ").unwrap_or(line));
            add_lines(roff, &title.to_uppercase(), lines);
        }
        _ => {
            roff.control("SH", ["NOTES"]);
            roff.text([roman(block)]);
        }
    }
}

fn add_lines<'a>(roff: &mut Roff, title: &str, lines: impl Iterator<Item = &'a str>) {
    roff.control("SH", [title]);
    add_unfilled(roff, lines);
}

fn add_unfilled<'a>(roff: &mut Roff, lines: impl Iterator<Item = &'a str>) {
    roff.control("nf", []);
    for line in lines {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
}

fn add_terms(roff: &mut Roff, title: &str, terms: &[(&str, &str)]) {
    roff.control("SH", [title]);
    for (term, about) in terms {
        roff.control("TP", []);
        roff.text([bold(*term)]);
        roff.text([roman(*about)]);
    }
}

fn add_exit_status(roff: &mut Roff) {
    roff.control("SH", ["EXIT STATUS"]);
    let ok = (0, "ok", "success");
    let kinds = Kind::ALL
        .iter()
        .map(|kind| (kind.exit_code(), kind.name(), kind.about()));
    for (code, name, about) in std::iter::once(ok).chain(kinds) {
        roff.control("TP", []);
        roff.text([bold(code.to_string())]);
        roff.text([roman(format!("{name}: {about}"))]);
    }
}
