//! `help`: prints a topic, or the long help of a command.

use std::io::{self, Write};

use clap::builder::StyledStr;

use crate::account;
use crate::failure::{Failure, Kind, exit_codes, typed};
use crate::output::{Page, Render, json, wrapped};

/// Topics fit a narrow terminal.
const WIDTH: usize = 80;

/// The column of the meaning in the table of exit codes.
const MEANING_AT: usize = 20;

/// Name, one-line description and text.
type Topic = (&'static str, &'static str, &'static str);

macro_rules! topics {
    ($($name:literal $about:literal,)*) => {
        &[$(($name, $about, include_str!(concat!("topics/", $name, ".txt"))),)*]
    };
}

const TOPICS: &[Topic] = topics! {
    "setup" "set up a Meta app, step by step",
    "headless" "log in over SSH, in a container or with a phone",
    "certificates" "the browser's certificate warning, and how to avoid it",
    "stores" "where secrets are kept: keyring, encrypted file, server",
    "exit-codes" "exit codes and what they mean",
    "environment" "environment variables, and which setting wins",
    "credential-helpers" "keep secrets in pass, 1Password or another manager",
    "teams" "share accounts between machines with OpenBao",
    "scale" "what 10,000 to 100,000 accounts cost",
    "scripts" "use igconnect in scripts, cron and CI",
    "json" "what scripts can rely on in --json output",
};

/// Show help for a command or topic
#[derive(Debug, clap::Args)]
#[command(after_long_help = topics())]
pub(crate) struct Args {
    /// A command such as `app add`, or a topic
    #[arg(value_name = "TOPIC|COMMAND", num_args = 0..)]
    words: Vec<String>,
}

/// Lists the topics for help pages.
pub(crate) fn topics() -> String {
    let rows = TOPICS.iter();
    let rows = rows.map(|(name, about, _)| format!("  {name:<19} {about}\n"));
    format!(
        "Topics (igconnect help TOPIC):\n{}",
        rows.collect::<String>()
    )
}

/// Returns name and description of every topic.
pub(crate) fn offers() -> impl Iterator<Item = (String, String)> {
    TOPICS
        .iter()
        .map(|(name, about, _)| ((*name).to_owned(), (*about).to_owned()))
}

/// Returns name, description and text of every topic.
pub(crate) fn texts() -> Vec<(&'static str, &'static str, String)> {
    let text = |topic: &Topic| (topic.0, topic.1, render_topic(topic));
    TOPICS.iter().map(text).collect()
}

document! {
    pub(crate) struct Report {
        schema: json::Version,
        topic: Option<String>,
        text: String,
        #[serde(skip)]
        styled: StyledStr,
    }
}

/// Finds a topic, else a command of `program`, which must be built already.
pub(crate) fn run(args: &Args, program: clap::Command) -> Result<Report, Failure> {
    let name = args.words.join(" ");
    let styled = match TOPICS.iter().find(|topic| topic.0 == name) {
        Some(topic) => render_topic(topic).into(),
        None => {
            // Cloned, because rendering help changes a command.
            let mut command = program.clone();
            for word in &args.words {
                let below = command.find_subcommand(word).cloned();
                command = below.ok_or_else(|| not_found(&name, &program))?;
            }
            command.render_help()
        }
    };
    Ok(Report {
        schema: json::SCHEMA,
        topic: Some(name).filter(|name| !name.is_empty()),
        text: styled.to_string(),
        styled,
    })
}

/// Returns the text of a topic, with the table of exit codes filled in.
fn render_topic((name, _, text): &Topic) -> String {
    // Its table comes from the code, so that the two cannot differ.
    if *name != "exit-codes" {
        return (*text).to_owned();
    }
    let mut table = String::new();
    for row in exit_codes().lines() {
        let (head, meaning) = row.split_at_checked(MEANING_AT).unwrap_or((row, ""));
        let mut head = head.to_owned();
        for line in wrapped(meaning, WIDTH - MEANING_AT) {
            table.push_str(&format!("{head}{line}\n"));
            head = " ".repeat(MEANING_AT);
        }
    }
    text.replace("{table}\n", &table)
}

/// Joins the lines of each paragraph, to be broken at another width. Tables and examples are indented and stay.
fn unfolded(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut is_in_paragraph = false;
    for line in text.split_inclusive('\n') {
        let is_prose = !line.starts_with([' ', '\n']);
        if is_in_paragraph && is_prose {
            result.truncate(result.trim_end().len());
            result.push(' ');
        }
        result.push_str(line);
        is_in_paragraph = is_prose;
    }
    result
}

fn not_found(name: &str, program: &clap::Command) -> Failure {
    let failure = Failure::new(
        Kind::Usage,
        format!("unknown topic or command: {}", typed(name).shortened(60)),
    );
    let commands = program.get_subcommands().map(clap::Command::get_name);
    let names = || TOPICS.iter().map(|topic| topic.0);
    match account::most_similar(name, names().chain(commands)) {
        Some(known) => failure.hint(format!("Did you mean igconnect help {known}?")),
        None => failure
            .cause(format!(
                "topics: {}",
                names().collect::<Vec<_>>().join(", ")
            ))
            .hint("List the commands: igconnect --help"),
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let text = match page.coloured {
            true => self.styled.ansi().to_string(),
            false => self.text.clone(),
        };
        let text = match usize::from(page.width) < WIDTH {
            true => unfolded(&text),
            false => text,
        };
        out.write_all(page.fitted(&text).as_bytes())
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::write(self, out)
    }
}
