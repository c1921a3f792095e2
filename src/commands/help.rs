//! `help`: prints a topic, or the long help of a command.

use std::io::{self, Write};

use clap::builder::StyledStr;

use crate::failure::{Failure, Kind, exit_codes, typed};
use crate::output::{Page, Render, json, words};

/// Topics fit a narrow terminal.
const WIDTH: usize = 80;

/// The column of the meaning in the table of exit codes.
const MEANING_AT: usize = 20;

struct Topic {
    name: &'static str,
    about: &'static str,
    text: &'static str,
}

const TOPICS: [Topic; 11] = [
    Topic {
        name: "setup",
        about: "set up a Meta app, step by step",
        text: include_str!("topics/setup.txt"),
    },
    Topic {
        name: "headless",
        about: "log in over SSH, in a container or with a phone",
        text: include_str!("topics/headless.txt"),
    },
    Topic {
        name: "certificates",
        about: "the browser's certificate warning, and how to avoid it",
        text: include_str!("topics/certificates.txt"),
    },
    Topic {
        name: "stores",
        about: "where secrets are kept: keyring, encrypted file, server",
        text: include_str!("topics/stores.txt"),
    },
    Topic {
        name: "exit-codes",
        about: "exit codes and what they mean",
        text: include_str!("topics/exit-codes.txt"),
    },
    Topic {
        name: "environment",
        about: "environment variables, and which setting wins",
        text: include_str!("topics/environment.txt"),
    },
    Topic {
        name: "credential-helpers",
        about: "keep secrets in pass, 1Password or another manager",
        text: include_str!("topics/credential-helpers.txt"),
    },
    Topic {
        name: "teams",
        about: "share accounts between machines with OpenBao",
        text: include_str!("topics/teams.txt"),
    },
    Topic {
        name: "scale",
        about: "what 10,000 to 100,000 accounts cost",
        text: include_str!("topics/scale.txt"),
    },
    Topic {
        name: "scripts",
        about: "use igconnect in scripts, cron and CI",
        text: include_str!("topics/scripts.txt"),
    },
    Topic {
        name: "json",
        about: "what scripts can rely on in --json output",
        text: include_str!("topics/json.txt"),
    },
];

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
    let rows = TOPICS
        .iter()
        .map(|topic| format!("  {:<19} {}\n", topic.name, topic.about));
    format!(
        "Topics (igconnect help TOPIC):\n{}",
        rows.collect::<String>()
    )
}

/// Returns name, description and text of every topic.
pub(crate) fn texts() -> Vec<(&'static str, &'static str, String)> {
    let text = |topic: &Topic| (topic.name, topic.about, render_topic(topic));
    TOPICS.iter().map(text).collect()
}

pub(crate) struct Report {
    name: String,
    text: HelpText,
}

enum HelpText {
    Plain(String),
    Styled(StyledStr),
}

/// Finds a topic, else a command of `program`, which must be built already.
pub(crate) fn run(args: &Args, program: clap::Command) -> Result<Report, Failure> {
    let name = args.words.join(" ");
    if let Some(topic) = TOPICS.iter().find(|topic| topic.name == name) {
        let text = HelpText::Plain(render_topic(topic));
        return Ok(Report { name, text });
    }
    let mut command = program;
    for word in &args.words {
        command = command
            .find_subcommand(word)
            .cloned()
            .ok_or_else(|| not_found(&name))?;
    }
    let text = HelpText::Styled(command.render_help());
    Ok(Report { name, text })
}

/// Returns the text of a topic, with the table of exit codes filled in.
fn render_topic(topic: &Topic) -> String {
    if topic.name != "exit-codes" {
        return topic.text.to_owned();
    }
    let mut table = String::new();
    for row in exit_codes().lines() {
        let (head, meaning) = row.split_at_checked(MEANING_AT).unwrap_or((row, ""));
        let mut head = head.to_owned();
        for line in words::wrapped(meaning, WIDTH - MEANING_AT) {
            table.push_str(&format!("{head}{line}\n"));
            head = " ".repeat(MEANING_AT);
        }
    }
    topic.text.replace("{table}\n", &table)
}

fn not_found(name: &str) -> Failure {
    let name = typed(name).shortened(60);
    let names: Vec<_> = TOPICS.iter().map(|topic| topic.name).collect();
    Failure::new(Kind::Usage, format!("unknown topic or command: {name}"))
        .cause(format!("topics: {}", names.join(", ")))
        .hint("List the commands: igconnect --help")
}

document! {
    pub(super) struct HelpJson<'a> {
        schema: json::Version,
        topic: Option<&'a str>,
        text: String,
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        match &self.text {
            HelpText::Plain(text) => write!(out, "{text}"),
            HelpText::Styled(text) if page.coloured => write!(out, "{}", text.ansi()),
            HelpText::Styled(text) => write!(out, "{text}"),
        }
    }

    fn is_data(&self) -> bool {
        true
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let text = match &self.text {
            HelpText::Plain(text) => text.clone(),
            HelpText::Styled(text) => text.to_string(),
        };
        json::write(
            &HelpJson {
                schema: json::SCHEMA,
                topic: Some(&*self.name).filter(|name| !name.is_empty()),
                text,
            },
            out,
        )
    }
}
