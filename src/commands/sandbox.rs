//! `sandbox`: serves the built-in imitation of Instagram until it is interrupted.

use std::io::{self, Write};

use crate::failure::{Failure, Kind};
use crate::output::{Column, Page, Render, Table, json};
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
        /// With --list.
        scenarios: Vec<ScenarioJson>,
        /// Where it serves; null with --list.
        address: Option<String>,
        /// Its Instagram App ID and App Secret, which are public.
        app_id: Option<&'static str>,
        app_secret: Option<&'static str>,
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
            address: None,
            app_id: None,
            app_secret: None,
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
        let variables = [
            ("IGCONNECT_INSTAGRAM", &*address),
            ("IGCONNECT_SANDBOX_APP_ID", APP_ID),
            ("IGCONNECT_SANDBOX_APP_SECRET", APP_SECRET),
        ];
        let lines = variables.map(|(name, value)| match cfg!(windows) {
            true => format!("  $env:{name} = \"{value}\"\n"),
            false => format!("  export {name}={value}\n"),
        });
        let terminal = if cfg!(windows) { "PowerShell" } else { "terminal" };
        session.console.say(format!(
            "The sandbox runs at {address} until Ctrl-C. In another {terminal}:\n\n{}  igconnect login\n",
            lines.concat()
        ));
        if session.console.is_json() {
            let report = Report {
                schema: json::SCHEMA,
                scenarios: Vec::new(),
                address: Some(address),
                app_id: Some(APP_ID),
                app_secret: Some(APP_SECRET),
            };
            // Now, because a script waits for it before it uses the sandbox.
            let written = session.console.report(&report);
            written.map_err(|error| Failure::output(&error))?;
        }
        sandbox
            .serve(std::future::pending())
            .await
            .map_err(cannot_serve)?;
        Ok::<_, Failure>(None)
    });
    match served {
        // Both are the normal way to end it.
        Err(failure) if matches!(failure.kind, Kind::Interrupted | Kind::Terminated) => Ok(None),
        done => done,
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new([
            Column::new("scenario"),
            Column::new("what happens").wrapped(),
        ]);
        for scenario in &self.scenarios {
            table.row([scenario.name.to_owned(), scenario.about.to_owned()]);
        }
        table.write(page, out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::write(self, out)
    }
}
