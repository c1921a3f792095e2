//! When to ask Instagram about no more accounts: a limit must not be made longer, and nobody should wait in vain. What
//! is not tried keeps its due date.

use std::rc::Rc;

use crate::failure::{Failure, Kind};
use crate::instagram::ErrorScope;

/// So many failures, with nobody between them who fared better, are not those of single accounts.
const IN_A_ROW: usize = 16;

/// At so many percent of an app's calls Instagram begins to refuse (Graph API, "Rate Limits").
const USED_UP: u64 = 100;

/// Whom to ask about no more, and how many were left out for it.
#[derive(Default)]
pub(super) struct CircuitBreaker {
    stops: Vec<Stop>,
    in_a_row: usize,
}

struct Stop {
    /// Whose accounts; of every app where none is named.
    app: Option<String>,
    why: Failure,
    /// The same, said of each that was not tried.
    not_tried: Rc<Failure>,
    untried: usize,
}

impl CircuitBreaker {
    /// Learns that Instagram answered for an account of `app`.
    pub(super) fn record_success(&mut self, app: &str, app_usage: u64) {
        self.in_a_row = 0;
        if app_usage >= USED_UP {
            let why = Failure::new(Kind::Trouble, "the app has used up its calls for now")
                .hint("Try again in an hour; more calls now would be refused");
            self.stop(Some(app), why);
        }
    }

    /// Learns how an account of `app` failed, and whom that concerns.
    pub(super) fn record_failure(&mut self, app: &str, reach: ErrorScope, why: &Failure) {
        self.in_a_row = match reach {
            ErrorScope::Account => 0,
            _ => self.in_a_row + 1,
        };
        match reach {
            ErrorScope::All => self.stop(None, why.clone()),
            ErrorScope::App => self.stop(Some(app), why.clone()),
            ErrorScope::Unclear if self.in_a_row >= IN_A_ROW => {
                let message = format!("{IN_A_ROW} others failed one after the other");
                let last = format!("the last one: {}", why.message);
                self.stop(
                    None,
                    Failure {
                        message,
                        cause: Some(last),
                        ..why.clone()
                    },
                );
            }
            ErrorScope::Unclear | ErrorScope::Account => {}
        }
    }

    fn stop(&mut self, app: Option<&str>, why: Failure) {
        if self.stops.iter().all(|stop| stop.app.as_deref() != app) {
            self.stops.push(Stop {
                app: app.map(str::to_owned),
                not_tried: because("not tried", &why).into(),
                why,
                untried: 0,
            });
        }
    }

    /// Why an account of `app` is not tried, if it is not.
    pub(super) fn should_skip(&mut self, app: &str) -> Option<Rc<Failure>> {
        let mut stops = self.stops.iter_mut();
        let stop = stops.find(|stop| stop.app.as_deref().is_none_or(|stopped| stopped == app))?;
        stop.untried += 1;
        Some(Rc::clone(&stop.not_tried))
    }

    /// What to say of all that were left out, once for each reason.
    pub(super) fn summary(&self) -> Vec<Failure> {
        let stops = self.stops.iter().filter(|stop| stop.untried > 0);
        stops
            .map(|stop| match stop.untried {
                1 => because("1 account was not tried", &stop.why),
                many => because(&format!("{many} accounts were not tried"), &stop.why),
            })
            .collect()
    }
}

fn because(what: &str, why: &Failure) -> Failure {
    Failure {
        message: format!("{what}, because {}", why.message),
        ..why.clone()
    }
}
