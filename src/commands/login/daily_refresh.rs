//! The daily refresh, after a login: offered to a person after the first one, else named.

use super::paste::{self, PastedLines};
use super::report::Report;
use crate::failure::Failure;
use crate::session::{Session, daily_refresh};
use crate::settings::World;

pub(super) enum NextDailyRefresh {
    Installed,
    Named,
    /// A person is asked after the report. Holds what reads stdin already, because a second reader would miss the answer.
    Offered(Option<PastedLines>),
}

impl NextDailyRefresh {
    /// `lines` is what reads stdin.
    pub(super) fn after_login(
        session: &Session,
        is_first: bool,
        lines: Option<PastedLines>,
    ) -> Self {
        let (console, settings) = (&session.console, &session.settings);
        if daily_refresh::is_recorded(settings) {
            return Self::Installed;
        }
        // Only once: who said no knows the way.
        let is_person = console.can_ask() && !console.is_quiet() && !console.is_json();
        let is_wanted = is_first && is_person && settings.world != World::Sandbox;
        match is_wanted && daily_refresh::is_missing(settings) {
            true => Self::Offered(lines),
            false => Self::Named,
        }
    }

    pub(super) fn advice(&self) -> Option<&'static str> {
        let advice = "Refresh it every day: igconnect schedule install";
        matches!(self, Self::Named).then_some(advice)
    }
}

impl Report {
    /// Asks whether to refresh every day, and installs that.
    pub(crate) fn offer_daily_refresh(self, session: &Session) -> Result<(), Failure> {
        let Self::Connected(connected) = self else {
            return Ok(());
        };
        let NextDailyRefresh::Offered(lines) = connected.daily_refresh else {
            return Ok(());
        };
        let console = &session.console;
        let mut lines = lines.unwrap_or_else(|| paste::read_lines(true));
        let question = console.strong("Refresh automatically every day? [Y/n]");
        let answer = session
            .runtime
            .run(async { Ok::<_, Failure>(lines.answer(|| console.tell(question)).await) })?;
        let answer = answer.map(|answer| answer.to_lowercase());
        if !matches!(answer.as_deref(), Some("" | "y" | "yes")) {
            console.say("Not installed. To do it later: igconnect schedule install");
            return Ok(());
        }
        match install(session) {
            Ok(done) => console.say(format!("Installed: {done}")),
            // The login has worked, and that is what the exit code says.
            Err(failure) => {
                let why = failure.message;
                console.warn(format!("the daily refresh was not installed: {why}"));
                if let Some(hint) = failure.hint {
                    console.say(hint);
                }
            }
        }
        Ok(())
    }
}

fn install(session: &Session) -> Result<String, Failure> {
    let planned = daily_refresh::plan(session, None, None)?;
    planned.install(session)?;
    let at = planned.run.at.strftime("%H:%M").to_string();
    Ok(daily_refresh::describe(planned.kind, &at))
}
