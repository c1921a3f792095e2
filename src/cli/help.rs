//! The help pages: commands in groups on the front page, and examples in `-h`.

use std::ffi::OsString;

use clap::CommandFactory;
use clap::builder::{StyledStr, Styles};
use clap::error::ErrorKind;
use console::Term;

use super::grammar::Cli;
use crate::commands;
use crate::output::Line;

/// The commands of the front page in their order.
pub(super) const GROUPS: [(&str, &[&str]); 4] = [
    ("Connect", &["login", "app", "disconnect"]),
    ("See", &["status", "list", "history"]),
    ("Use", &["token", "run", "refresh", "use", "schedule"]),
    (
        "Help",
        &[
            "doctor",
            "explain",
            "help",
            "sandbox",
            "store",
            "certificate",
            "completions",
            "man",
            "schema",
        ],
    ),
];

const EXAMPLES: &str = "\
Examples:
  igconnect --sandbox login       try it without a Meta app
  igconnect app add               set up your own Meta app
  igconnect login                 connect an account
  igconnect status                show the account and the days left
  igconnect schedule install      refresh tokens once a day
  igconnect run -- ./publish.sh   run a command with the token";

const LEARN_MORE: &str = "\
Learn more:
  igconnect help COMMAND          everything about a command
  igconnect help exit-codes       what each exit code means
  igconnect doctor                find out what is wrong";

const LONG_TEMPLATE: &str = "{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// All commands with all arguments and texts. It is slow to build, so only help, manual pages and completions use it.
pub(super) fn full_grammar() -> clap::Command {
    let mut command = Cli::command();
    // Before its parts are changed: building adds the global flags to each command.
    command.build();
    let topics = commands::help::topics();
    let after = style_headings(&format!("{topics}\n{EXAMPLES}\n\n{LEARN_MORE}"));
    let front_page = front_page(&command);
    let command = command.help_template(front_page).after_help(after);
    command.mut_subcommands(with_examples)
}

/// The full grammar for `--help`: long texts in the layout of `-h`. clap's own layout takes three lines per option.
pub(super) fn long_grammar() -> clap::Command {
    fit_terminal(full_grammar().mut_subcommands(with_long_texts))
}

/// Renders `-h` and `--help` from the full grammar. Returns other errors as they are.
pub(super) fn with_full_help(error: clap::Error, arguments: &[OsString]) -> clap::Error {
    use ErrorKind::{DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand};
    let full = match error.kind() {
        DisplayHelp if arguments.iter().any(|argument| argument == "--help") => {
            // `-h` has the layout that the long texts are put into.
            let short = arguments.iter().cloned();
            let short = short.map(|it| if it == "--help" { "-h".into() } else { it });
            long_grammar().try_get_matches_from(short)
        }
        DisplayHelp | DisplayHelpOnMissingArgumentOrSubcommand => {
            fit_terminal(full_grammar()).try_get_matches_from(arguments)
        }
        _ => return error,
    };
    full.err().unwrap_or(error)
}

/// Builds the front page as a template. clap cannot group commands, so headings go between the lines of its list.
fn front_page(root: &clap::Command) -> StyledStr {
    let styles = Styles::styled();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let names = GROUPS.iter().flat_map(|(_, names)| *names);
    let in_order = |command: clap::Command| {
        let place = names.clone().position(|name| *name == command.get_name());
        command.display_order(place.unwrap_or_default())
    };
    let list = root.clone().help_template("{subcommands}");
    let list = list.mut_subcommands(in_order).render_help();
    let list = list.ansi().to_string();
    let group_at = |line: &str| {
        GROUPS.iter().find(|(_, names)| {
            let first = names.first().unwrap_or(&"");
            line.starts_with(&format!("  {literal}{first}{literal:#}"))
        })
    };
    let mut page = "{about-with-newline}\n{usage-heading} {usage}\n".to_owned();
    for line in list.lines() {
        if let Some((group, _)) = group_at(line) {
            page.push_str(&format!("\n{header}{group}:{header:#}\n"));
        }
        page.push_str(&format!("{line}\n"));
    }
    (page + &format!("\n{header}Options:{header:#}\n{{options}}{{after-help}}")).into()
}

/// Shows the examples of a command in `-h` too.
fn with_examples(command: clap::Command) -> clap::Command {
    let command = command.mut_subcommands(with_examples);
    let Some(after) = command.get_after_long_help().map(ToString::to_string) else {
        return command;
    };
    let examples = after.split("\n\n").next().unwrap_or_default();
    command
        .after_help(style_headings(examples))
        .after_long_help(style_headings(&after))
}

fn with_long_texts(command: clap::Command) -> clap::Command {
    let mut command = command.mut_subcommands(with_long_texts).mut_args(|arg| {
        match arg.get_long_help().cloned() {
            _ if arg.get_id() == "help" => arg.help("Print help"),
            Some(long) => arg.help(long),
            None => arg,
        }
    });
    // Not as `about`, which is also the line in the list of the parent command.
    if let Some(about) = command.get_long_about().cloned() {
        command = command.before_help(about).help_template(LONG_TEMPLATE);
    }
    if let Some(after) = command.get_after_long_help().cloned() {
        command = command.after_help(after);
    }
    command
}

/// Fits examples and tables into the terminal. clap would continue their lines in the margin.
fn fit_terminal(command: clap::Command) -> clap::Command {
    match Term::stdout().size_checked() {
        Some((_, width)) => with_width(command, usize::from(width)),
        None => command,
    }
}

fn with_width(command: clap::Command, width: usize) -> clap::Command {
    let command = command.mut_subcommands(|command| with_width(command, width));
    match command.get_after_help().map(|text| text.ansi().to_string()) {
        Some(text) => {
            let lines = text.lines().flat_map(|line| fit_line(line, width));
            command.after_help(StyledStr::from(lines.collect::<Vec<_>>().join("\n")))
        }
        None => command,
    }
}

/// Breaks a line of a table that is too wide: what belongs to its first column goes below that.
fn fit_line(line: &str, width: usize) -> Vec<String> {
    const BELOW: usize = 6;
    let is_table = line.starts_with("  ");
    let (first, second) = match line.trim_start().split_once("  ") {
        _ if !is_table || line.chars().count() <= width => return vec![line.to_owned()],
        Some((first, second)) => (first, second.trim_start()),
        None => (line.trim_start(), ""),
    };
    let parts = [format!("  {first}"), format!("{:BELOW$}{second}", "")];
    let parts = parts.into_iter().filter(|part| !part.trim().is_empty());
    let lines = parts.flat_map(|part| Line::from(part).indented(BELOW).wrapped(width));
    lines
        .map(|line| line.text().trim_end().to_owned())
        .collect()
}

/// Styles lines such as `Examples:` like the headings of clap.
fn style_headings(text: &str) -> StyledStr {
    let styles = Styles::styled();
    let header = styles.get_header();
    let is_heading = |line: &str| line.ends_with(':') && !line.starts_with(' ');
    let lines = text.lines().map(|line| match is_heading(line) {
        true => format!("{header}{line}{header:#}"),
        false => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n").into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::output::pasted_commands::{TEXT_COMMANDS, WORLD_COMMANDS};

    /// The width that every page fits.
    const WIDTH: usize = 80;

    #[test]
    fn every_command_is_in_one_group() {
        let root = full_grammar();
        let commands: Vec<_> = root
            .get_subcommands()
            .map(clap::Command::get_name)
            .collect();
        let grouped: Vec<_> = GROUPS
            .iter()
            .flat_map(|(_, names)| *names)
            .copied()
            .collect();
        assert_eq!(commands.len(), grouped.len());
        let commands: BTreeSet<_> = commands.into_iter().collect();
        assert_eq!(commands, grouped.into_iter().collect());
    }

    #[test]
    fn hints_know_which_commands_need_the_sandbox_flag() {
        let root = full_grammar();
        let names = root.get_subcommands().map(clap::Command::get_name);
        let names: BTreeSet<_> = names.filter(|name| !TEXT_COMMANDS.contains(name)).collect();
        assert_eq!(names, WORLD_COMMANDS.into());
    }

    #[test]
    fn examples_and_tables_fit_80_columns() {
        fn find_wide(command: &clap::Command, wide: &mut Vec<String>) {
            let texts = [command.get_after_help(), command.get_after_long_help()];
            for text in texts.into_iter().flatten().map(ToString::to_string) {
                // clap would break such a line at the margin. It may wrap prose, which has no indent.
                let lines = text.lines().filter(|line| line.starts_with(' '));
                let lines = lines.filter(|line| line.chars().count() > WIDTH);
                wide.extend(lines.map(str::to_owned));
            }
            for subcommand in command.get_subcommands() {
                find_wide(subcommand, wide);
            }
        }
        let mut wide = Vec::new();
        find_wide(&full_grammar(), &mut wide);
        assert_eq!(wide, [""; 0]);
    }
}
