//! Refreshes many accounts at the same time, the most urgent first, through one connection to the cache.
//!
//! Invariant: each account is changed under its own lock; a failure ends no other refresh.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use futures_util::{StreamExt, future, stream};

use super::circuit_breaker::CircuitBreaker;
use super::command::Args;
use super::hand_over;
use super::report::{Outcome, RefreshRow};
use crate::account::{Account, Due};
use crate::failure::Failure;
use crate::flows::{self, FlowContext, FlowError, RefreshOutcome, RefreshPolicy};
use crate::instagram::Instagram;
use crate::session::Session;

/// Enough to hide the time that Instagram takes, few enough for any limit of open files: each account has a lock file
/// and a connection.
const CONCURRENT: usize = 16;

/// What the refreshes of one run share.
pub(super) struct Batch<'a> {
    session: &'a Session,
    args: &'a Args,
    policy: RefreshPolicy,
    context: FlowContext<'a>,
    client: Instagram,
    /// By the name of the app: limits of calls count for each app.
    clients: RefCell<BTreeMap<String, Rc<Instagram>>>,
    breaker: RefCell<CircuitBreaker>,
    is_interrupted: Cell<bool>,
    done: Cell<usize>,
}

impl<'a> Batch<'a> {
    pub(super) fn new(args: &'a Args, session: &'a Session) -> Result<Self, Failure> {
        Ok(Self {
            session,
            args,
            policy: args.policy(),
            client: session.instagram.client()?,
            context: session.flow_context()?,
            clients: RefCell::default(),
            breaker: RefCell::default(),
            is_interrupted: Cell::new(false),
            done: Cell::new(0),
        })
    }

    /// Returns the rows in the order of `accounts`. At the first signal no other refresh begins, and the replies that
    /// are on their way are still stored.
    pub(super) fn refresh(&self, accounts: Vec<Account>) -> Result<Vec<RefreshRow>, Failure> {
        let count = accounts.len();
        let interrupt = || self.is_interrupted.set(true);
        let rows = self.session.runtime.run_batch(interrupt, async {
            Ok::<_, Failure>(self.refresh_all(accounts).await)
        });
        rows.map_err(|failure| {
            if count == 1 {
                return failure;
            }
            let message = format!("interrupted after {} of {count} accounts", self.done.get());
            Failure::new(failure.kind, message)
                .hint("Finished accounts are stored. Run the same command again for the others")
        })
    }

    /// Returns one failure for each reason for which accounts were skipped.
    pub(super) fn skipped(&self) -> Vec<Failure> {
        self.breaker.borrow().summary()
    }

    async fn refresh_all(&self, accounts: Vec<Account>) -> Vec<RefreshRow> {
        let progress = self
            .session
            .console
            .progress("Refreshing …", accounts.len());
        let now = self.session.settings.clock.started_at();
        let mut queue: Vec<_> = accounts.into_iter().enumerate().collect();
        // If a limit or a signal ends the run early, the tokens that expire first are refreshed already.
        queue.sort_by_key(|(_, account)| account.refresh_order(now));
        // Each new token is handed over before the next refresh: the command may not bear to run twice at once.
        let concurrent = self.args.hand_to.as_ref().map_or(CONCURRENT, |_| 1);
        let mut rows: Vec<_> = stream::iter(queue)
            .take_while(|_| future::ready(!self.is_interrupted.get()))
            .map(|(place, account)| async move { (place, self.refresh_one(account).await) })
            .buffer_unordered(concurrent)
            .inspect(|_| {
                self.done.set(self.done.get() + 1);
                progress.inc(1);
            })
            .collect()
            .await;
        rows.sort_unstable_by_key(|(place, _)| *place);
        let rows = rows.into_iter().map(|(_, row)| row);
        rows.filter(|row| !self.is_gone(row)).collect()
    }

    /// Whether the account was disconnected meanwhile. With `--all` that is not a failure.
    fn is_gone(&self, row: &RefreshRow) -> bool {
        self.args.all
            && !matches!(row.outcome, Outcome::Done(_))
            && (row.account.id())
                .is_some_and(|id| matches!(self.context.cache.account(id), Ok(None)))
    }

    async fn refresh_one(&self, account: Account) -> RefreshRow {
        let title = account.title();
        if let Some(reason) = self.skip_reason(&account) {
            return RefreshRow::new(account, Outcome::Skipped(reason.about(&title)));
        }
        self.session.console.detail(format!("Refreshing {title} …"));
        let fingerprint = account.fingerprint.clone();
        let (account, outcome) = match self.ask(&account).await {
            Ok((outcome, account)) => (account, Outcome::Done(outcome)),
            Err(failure) => {
                // The flow recorded in the cache what the failure says about the account.
                let recorded = self.context.cache.account(&account.id).ok().flatten();
                let outcome = Outcome::Failed(failure.about(&title));
                (recorded.unwrap_or(account), outcome)
            }
        };
        // Instagram may answer with the same token and a later expiry. Then there is nothing new to hand over. A new token
        // may be stored although the account is in trouble, and the former one may be invalid.
        let is_new = match fingerprint {
            Some(former) => account.fingerprint.as_ref() != Some(&former),
            None => matches!(outcome, Outcome::Done(RefreshOutcome::Refreshed)),
        };
        let handed_over = match &self.args.hand_to {
            None => None,
            Some(command) if is_new => {
                Some(hand_over::give_stored(self.session, &account, command).await)
            }
            Some(_) => Some(Ok(false)),
        };
        RefreshRow {
            handed_over,
            ..RefreshRow::new(account, outcome)
        }
    }

    /// Returns why the account is skipped, if it is. An expired token costs no call, so its owner always hears about it.
    fn skip_reason(&self, account: &Account) -> Option<Failure> {
        let now = self.session.settings.clock.started_at();
        let due = account.due(now, self.policy.window, self.policy.force);
        if due == Due::Expired && account.interrupted.is_none() {
            return None;
        }
        self.breaker.borrow_mut().should_skip(&account.app)
    }

    async fn ask(&self, account: &Account) -> Result<(RefreshOutcome, Account), Failure> {
        let store = self.session.stores.open(&account.store)?;
        let client = self.client_of(&account.app);
        let refreshed =
            flows::refresh(&self.context, &store, &client, &account.id, self.policy).await;
        let mut breaker = self.breaker.borrow_mut();
        let error = match refreshed {
            Ok(refreshed) => {
                breaker.record_success(&account.app, client.app_usage());
                return Ok(refreshed);
            }
            Err(error) => error,
        };
        // Only what Instagram answered, or that it did not, says anything about other accounts.
        let scope = match &error {
            FlowError::Instagram(error) => Some(error.scope()),
            _ => None,
        };
        let failure = Failure::of_refresh(error, account.issued_at.is_some());
        if let Some(scope) = scope {
            breaker.record_failure(&account.app, scope, &failure);
        }
        Err(failure)
    }

    fn client_of(&self, app: &str) -> Rc<Instagram> {
        let mut clients = self.clients.borrow_mut();
        let client = clients.entry(app.to_owned());
        Rc::clone(client.or_insert_with(|| self.client.for_another_app().into()))
    }
}
