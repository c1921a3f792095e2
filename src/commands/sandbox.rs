//! `sandbox`: serves the built-in imitation of Instagram until it is interrupted.

use std::io::{self, Write};

use crate::failure::{Failure, Kind};
use crate::output::{Page, Render, Table, json};
use crate::sandbox::{APP_ID, APP_SECRET, Sandbox, Scenario};
use crate::session::Session;

/// Run the built-in sandbox to try igconnect and test scripts
///
/// The sandbox imitates Instagram, including its errors, and has a few invented accounts. It runs until Ctrl-C. Set
/// IGCONNECT_INSTAGRAM to use it with other commands, or run a single command with igconnect --sandbox COMMAND.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect sandbox
  igconnect sandbox --list                     list the scenarios
  igconnect --sandbox --scenario denies login  try one scenario")]
pub(crate) struct Args {
    /// The port to listen on; 0 picks a free one
    #[arg(long, default_value_t = 0, value_parser = crate::settings::parse_port)]
    port: u16,
    /// List the scenarios instead of serving
    #[arg(long)]
    list: bool,
}

document! {
    pub(crate) struct Report {
        schema: json::Version,
        scenarios: Vec<ScenarioJson>,
    }

    struct ScenarioJson {
        name: &'static str,
        about: &'static str,
    }
}

pub(crate) fn run(args: &Args, session: &Session) -> Result<Option<Report>, Failure> {
    if args.list {
        let scenarios = Scenario::all().map(|scenario| ScenarioJson {
            name: scenario.name(),
            about: scenario.about(),
        });
        return Ok(Some(Report {
            schema: json::SCHEMA,
            scenarios: scenarios.collect(),
        }));
    }
    let scenario = session.instagram.scenario()?;
    let served = session.runtime.run(async {
        let cannot_serve = |_| {
            Failure::new(Kind::Busy, format!("port {} is not available", args.port))
                .hint("Choose another port with --port, or omit it")
        };
        let sandbox = Sandbox::bind(args.port, scenario, session.instagram.sandbox_clock())
            .map_err(cannot_serve)?;
        let address = sandbox.address.as_str().trim_end_matches('/').to_owned();
        session.console.say(format!(
            "The sandbox runs at {address} until Ctrl-C. In another terminal:\n\n  \
             export IGCONNECT_INSTAGRAM={address} IGCONNECT_APP_ID={APP_ID} IGCONNECT_APP_SECRET={APP_SECRET}\n  \
             igconnect login\n"
        ));
        sandbox
            .serve(std::future::pending())
            .await
            .map_err(cannot_serve)?;
        Ok::<_, Failure>(None)
    });
    match served {
        // Ctrl-C is the normal way to end it.
        Err(failure) if failure.kind == Kind::Interrupted => Ok(None),
        done => done,
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new(["scenario", "what happens"]);
        for scenario in &self.scenarios {
            table.row([scenario.name.to_owned(), scenario.about.to_owned()]);
        }
        table.write(page, out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::write(self, out)
    }
}
