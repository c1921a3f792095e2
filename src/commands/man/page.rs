//! Renders manual pages: what clap knows about a command, and the sections that only a manual has.
//!
//! Invariant: equal definitions give equal bytes, so no page contains the time of its creation.

use std::io;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, roman};

use crate::failure::Kind;

/// When the sections written here last changed.
const DATE: &str = "2026-11-29";

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

/// The name of the file, such as `igconnect-login.1`, and its roff source.
pub(super) type ManPage = (String, String);

/// Name, one-line description and text.
pub(crate) type ManTopic<'a> = (&'a str, &'a str, String);

/// A heading and the names of the commands below it.
pub(crate) type CommandGroup<'a> = (&'a str, &'a [&'a str]);

const ABOUT_IGCONNECT: &str = "igconnect logs in to Instagram through your own Meta app, keeps the token of each \
account in a secret store, refreshes it before it expires, and hands it to other programs.";

/// Renders the page of `root`, of every command below it, and of the topics, in this order.
pub(super) fn render_all(
    root: &Command,
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

fn add_command(root: &Command, command: &Command, pages: &mut Vec<ManPage>) -> io::Result<()> {
    pages.push(render_command(root, command)?);
    let mut shown = command
        .get_subcommands()
        .filter(|command| !command.is_hide_set());
    shown.try_for_each(|command| add_command(root, command, pages))
}

fn render_root(
    root: &Command,
    groups: &[CommandGroup<'_>],
    topics: &[ManTopic<'_>],
) -> io::Result<ManPage> {
    let described = root.clone().long_about(ABOUT_IGCONNECT);
    let (source, mut roff) = begin(root, described, "igconnect")?;
    roff.control("SH", ["COMMANDS"]);
    for (group, names) in groups {
        let commands = names.iter().filter_map(|name| root.find_subcommand(name));
        add_command_list(roff.control("SS", [*group]), commands);
    }
    // The other blocks of the main help are lists that this page has already.
    let after = after_help(root);
    let examples = after
        .split("\n\n")
        .filter(|block| block.starts_with("Examples:"));
    examples.for_each(|block| add_help_block(&mut roff, block));
    roff.control("SH", ["EXIT STATUS"]);
    add_term(&mut roff, [bold("0")], "ok: success");
    for kind in Kind::ALL {
        let about = format!("{}: {}", kind.name(), kind.about());
        add_term(&mut roff, [bold(kind.exit_code().to_string())], &about);
    }
    let variables = [
        bold("igconnect-environment"),
        roman("(7) lists all environment variables."),
    ];
    roff.control("SH", ["ENVIRONMENT"]).text(variables);
    roff.control("SH", ["FILES"]);
    for (path, about) in FILES {
        add_term(&mut roff, [bold(*path)], about);
    }
    roff.control("SH", ["SEE ALSO"]);
    let last = topics.len().saturating_sub(1);
    for (place, (name, ..)) in topics.iter().enumerate() {
        let end = if place == last { "(7)" } else { "(7)," };
        roff.text([bold(format!("igconnect-{name}")), roman(end)]);
    }
    finish("igconnect.1".to_owned(), source, &roff)
}

fn render_command(root: &Command, command: &Command) -> io::Result<ManPage> {
    let name = page_name(command);
    let (source, mut roff) = begin(root, command.clone(), name)?;
    if command.has_subcommands() {
        roff.control("SH", ["COMMANDS"]);
        add_command_list(&mut roff, command.get_subcommands());
    }
    let after = after_help(command);
    let blocks = after.split("\n\n").filter(|block| !block.is_empty());
    blocks.for_each(|block| add_help_block(&mut roff, block));
    roff.control("SH", ["EXIT STATUS"]).text([
        roman("0 on success. "),
        bold("igconnect"),
        roman("(1) lists the other codes, and the files of all commands."),
    ]);
    see_main_page(&mut roff);
    finish(format!("{name}.1"), source, &roff)
}

/// Renders a topic. Its text keeps its lines, which are laid out for a terminal.
fn render_topic(root: &Command, (name, about, text): &ManTopic<'_>) -> io::Result<ManPage> {
    let name = format!("igconnect-{name}");
    let mut source = Vec::new();
    let man = with_header(Man::new(Command::new("igconnect")), root, &name);
    man.section("7").render_title(&mut source)?;
    let mut roff = Roff::new();
    roff.control("SH", ["NAME"])
        .text([roman(format!("{name} - {about}"))]);
    // The first line is the title of the topic.
    let lines = text.lines().skip(1).skip_while(|line| line.is_empty());
    // The lines are as wide as a terminal, so an indent would break them.
    roff.control("SH", ["DESCRIPTION"]).control("in", ["0"]);
    add_lines(&mut roff, lines);
    see_main_page(&mut roff);
    finish(format!("{name}.7"), source, &roff)
}

/// Renders the sections from the title to the options, and returns an empty roff for the rest.
fn begin(root: &Command, command: Command, name: &str) -> io::Result<(Vec<u8>, Roff)> {
    let mut command = command.mut_args(adapt_arg);
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").lines().map(str::trim);
    let man = with_header(Man::new(command), root, name);
    let mut source = Vec::new();
    man.render_title(&mut source)?;
    man.render_name_section(&mut source)?;
    // clap_mangen's own synopsis lists every flag, which is hard to read.
    let mut synopsis = Roff::new();
    add_lines(synopsis.control("SH", ["SYNOPSIS"]), usage);
    synopsis.to_writer(&mut source)?;
    man.render_description_section(&mut source)?;
    man.render_options_section(&mut source)?;
    Ok((source, Roff::new()))
}

fn finish(file_name: String, mut source: Vec<u8>, rest: &Roff) -> io::Result<ManPage> {
    rest.to_writer(&mut source)?;
    Ok((file_name, io::read_to_string(&*source)?))
}

fn page_name(command: &Command) -> &str {
    let name = command.get_display_name();
    name.unwrap_or_else(|| command.get_name())
}

fn with_header(man: Man, root: &Command, name: &str) -> Man {
    let version = root.get_version().unwrap_or_default();
    man.title(name.to_uppercase())
        .date(DATE)
        .source(format!("igconnect {version}"))
        .manual("igconnect manual")
}

fn see_main_page(roff: &mut Roff) {
    roff.control("SH", ["SEE ALSO"])
        .text([bold("igconnect"), roman("(1)")]);
}

/// Adds the possible values of an argument to its description: mandoc warns about the list that clap would add.
fn adapt_arg(arg: clap::Arg) -> clap::Arg {
    if arg.get_id() == "help" {
        return arg.help("Print help").long_help(None);
    }
    let values = arg.get_possible_values();
    // clap gives flags without a value the values true and false.
    if values.is_empty() || !arg.get_action().takes_values() {
        return arg;
    }
    let names: Vec<&str> = values.iter().map(|value| value.get_name()).collect();
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let help = format!("{help} (one of {})", names.join(", "));
    arg.help(help).hide_possible_values(true)
}

fn after_help(command: &Command) -> String {
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
            add_lines(roff.control("SH", [title.to_uppercase().as_str()]), lines);
        }
        _ => {
            roff.control("SH", ["NOTES"]).text([roman(block)]);
        }
    }
}

/// Adds lines that stay as they are.
fn add_lines<'a>(roff: &mut Roff, lines: impl Iterator<Item = &'a str>) {
    roff.control("nf", []);
    for line in lines {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
}

fn add_command_list<'a>(roff: &mut Roff, commands: impl Iterator<Item = &'a Command>) {
    for command in commands {
        let about = command.get_about().map(ToString::to_string);
        let page = [bold(page_name(command)), roman("(1)")];
        add_term(roff, page, &about.unwrap_or_default());
    }
}

fn add_term(roff: &mut Roff, term: impl Into<Vec<Inline>>, about: &str) {
    roff.control("TP", []).text(term).text([roman(about)]);
}
