//! The circuit breaker: when to skip the accounts that are left. More calls would only make a limit last longer, and a
//! connection that fails for all is not worth waiting for. Skipped accounts stay due.

use crate::failure::{Failure, Kind};
use crate::instagram::ErrorScope;

/// So many failures in a row, without a success between them, are not those of single accounts.
const FAILURES_IN_A_ROW: usize = 16;

/// At this percentage of an app's calls Instagram begins to refuse (Graph API, "Rate Limits").
const USED_UP: u64 = 100;

#[derive(Default)]
pub(super) struct CircuitBreaker {
    open: Vec<Open>,
    in_a_row: usize,
}

/// A reason to skip accounts.
struct Open {
    /// `None` means the accounts of every app.
    app: Option<String>,
    reason: Failure,
    skipped: usize,
}

impl CircuitBreaker {
    /// `app_usage` is the share of the app's calls that are used, in percent.
    pub(super) fn record_success(&mut self, app: &str, app_usage: u64) {
        self.in_a_row = 0;
        if app_usage >= USED_UP {
            let reason = Failure::new(Kind::Trouble, "the app has used up its calls for now")
                .hint("Try again in an hour; Instagram would refuse more calls now");
            self.open(Some(app), reason);
        }
    }

    /// `reach` says which other accounts the failure concerns.
    pub(super) fn record_failure(&mut self, app: &str, reach: ErrorScope, failure: &Failure) {
        self.in_a_row = match reach {
            ErrorScope::Account => 0,
            _ => self.in_a_row + 1,
        };
        match reach {
            ErrorScope::All => self.open(None, failure.clone()),
            ErrorScope::App => self.open(Some(app), failure.clone()),
            ErrorScope::Unclear if self.in_a_row >= FAILURES_IN_A_ROW => {
                let reason = Failure {
                    message: format!("{FAILURES_IN_A_ROW} accounts failed in a row"),
                    cause: Some(format!("the last failure: {}", failure.message)),
                    ..failure.clone()
                };
                self.open(None, reason);
            }
            ErrorScope::Unclear | ErrorScope::Account => {}
        }
    }

    fn open(&mut self, app: Option<&str>, reason: Failure) {
        // Refreshes that were on their way when it opened fail too. The first reason is the one to report.
        if self.open.iter().all(|open| open.app.as_deref() != app) {
            self.open.push(Open {
                app: app.map(str::to_owned),
                reason,
                skipped: 0,
            });
        }
    }

    /// Returns why an account of `app` must be skipped, if it must.
    pub(super) fn should_skip(&mut self, app: &str) -> Option<Failure> {
        let concerns = |open: &&mut Open| open.app.as_deref().is_none_or(|name| name == app);
        let open = self.open.iter_mut().find(concerns)?;
        open.skipped += 1;
        Some(with_message("skipped", &open.reason))
    }

    /// Returns one failure for each reason for which accounts were skipped.
    pub(super) fn summary(&self) -> Vec<Failure> {
        let open = self.open.iter().filter(|open| open.skipped > 0);
        open.map(|open| {
            let skipped = match open.skipped {
                1 => "1 account was skipped".to_owned(),
                many => format!("{many} accounts were skipped"),
            };
            with_message(&skipped, &open.reason)
        })
        .collect()
    }
}

fn with_message(what: &str, reason: &Failure) -> Failure {
    Failure {
        message: format!("{what} because {}", reason.message),
        ..reason.clone()
    }
}
