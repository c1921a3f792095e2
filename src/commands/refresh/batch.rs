//! Many accounts side by side: the most urgent first, a bounded number under way, one connection to the cache for all.
//!
//! Invariant: each account is changed under its own lock and by its own story; a failure ends no other story.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use futures_util::{StreamExt, future, stream};
use jiff::Timestamp;

use super::circuit_breaker::CircuitBreaker;
use super::hand_over;
use super::row::{Outcome, Row};
use crate::account::{Account, AccountId, Due, Urgency};
use crate::cache::Cache;
use crate::failure::Failure;
use crate::flows::{self, FlowError, RefreshOutcome, RefreshPolicy};
use crate::instagram::Instagram;
use crate::session::Session;
use crate::session::flow_context::Workbench;
use crate::session::hand_over::HandTo;
use crate::session::rows::Whom;

/// How many accounts are under way at once: enough to hide the way to Instagram, few enough for any limit of open files
/// (each has a lock file and a connection).
const AT_ONCE: usize = 16;

/// What the stories of one refresh share.
pub(super) struct Batch<'c> {
    session: &'c Session,
    policy: RefreshPolicy,
    hand_to: Option<&'c HandTo>,
    bench: Workbench<'c>,
    way: Instagram,
    /// By the name of the app.
    instagram: RefCell<BTreeMap<String, Rc<Instagram>>>,
    circuit_breaker: RefCell<CircuitBreaker>,
    is_resting: Cell<bool>,
    done: Cell<usize>,
}

/// An account that waits for its turn.
pub(super) struct Queued {
    urgency: Urgency,
    place: usize,
    who: Who,
}

enum Who {
    Named(Box<Account>),
    /// Of all of them only the ids are held.
    OneOfAll(AccountId),
}

impl Queued {
    /// One that was named, with its place in the answer.
    pub(super) fn named(account: Account, place: usize, now: Timestamp) -> Self {
        Self {
            urgency: account.urgency(now),
            place,
            who: Who::Named(account.into()),
        }
    }

    /// One of all.
    pub(super) fn of_all(account: &Account, place: usize, now: Timestamp) -> Self {
        Self {
            urgency: account.urgency(now),
            place,
            who: Who::OneOfAll(account.id.clone()),
        }
    }
}

impl<'c> Batch<'c> {
    /// A crew that has asked nobody yet.
    pub(super) fn new(
        session: &'c Session,
        policy: RefreshPolicy,
        hand_to: Option<&'c HandTo>,
    ) -> Result<Self, Failure> {
        let way = session.instagram.client()?;
        Ok(Self {
            session,
            policy,
            hand_to,
            bench: session.flow_context()?,
            way,
            instagram: RefCell::default(),
            circuit_breaker: RefCell::default(),
            is_resting: Cell::new(false),
            done: Cell::new(0),
        })
    }

    /// Refreshes them; the rows are in the order of their places. A signal ends it once those under way have ended.
    pub(super) fn refresh(&self, queue: Vec<Queued>) -> Result<Vec<(Whom, Row)>, Failure> {
        let all = queue.len();
        let rows = self
            .session
            .runtime
            .run_batch(|| self.is_resting.set(true), async {
                Ok::<_, Failure>(self.side_by_side(queue).await)
            });
        rows.map_err(|failure| match all {
            1 => failure,
            _ => Failure::new(
                failure.kind,
                format!(
                    "interrupted when {} of {all} accounts were done",
                    self.done.get()
                ),
            )
            .hint("What is done is kept; the same command goes on with the rest"),
        })
    }

    /// What to say of the accounts that were not tried.
    pub(super) fn left_out(&self) -> Vec<Failure> {
        self.circuit_breaker.borrow().summary()
    }

    /// The cache, in which what was learned is.
    pub(super) fn into_cache(self) -> Cache {
        self.bench.cache
    }

    async fn side_by_side(&self, mut queue: Vec<Queued>) -> Vec<(Whom, Row)> {
        let progress = self.session.console.progress("Refreshing", queue.len());
        queue.sort_unstable_by_key(|queued| (queued.urgency, queued.place));
        // Each new token is handed over before the next is made: the command may be one that cannot run twice at once.
        let at_once = if self.hand_to.is_some() { 1 } else { AT_ONCE };
        let mut rows: Vec<_> = stream::iter(queue)
            .take_while(|_| future::ready(!self.is_resting.get()))
            .map(|queued| async move { (queued.place, self.refresh_one(queued).await) })
            .buffer_unordered(at_once)
            .inspect(|_| {
                self.done.set(self.done.get() + 1);
                progress.advance();
            })
            .filter_map(|(place, row)| future::ready(row.map(|row| (place, row))))
            .collect()
            .await;
        rows.sort_unstable_by_key(|(place, _)| *place);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// The turn of one; no row for one of all that is there no more, since it was disconnected, or its disconnect was
    /// finished just now.
    async fn refresh_one(&self, queued: Queued) -> Option<(Whom, Row)> {
        let (account, id) = match queued.who {
            Who::Named(account) => (*account, None),
            Who::OneOfAll(id) => match self.bench.cache.account(&id) {
                Ok(found) => (found?, Some(id)),
                Err(error) => {
                    let failure = Failure::from(error).about(id.as_str());
                    return Some((Whom::OneOfAll(id), Err(failure).into()));
                }
            },
        };
        let (account, row) = match self.left_out_for(&account) {
            Some(why) => (account, Outcome::NotTried(why).into()),
            None => self.tried(account, id.is_some()).await?,
        };
        let whom = id.map_or_else(|| Whom::Named(account.into()), Whom::OneOfAll);
        Some((whom, row))
    }

    /// The account afterwards, and what became of it.
    async fn tried(&self, account: Account, of_all: bool) -> Option<(Account, Row)> {
        let console = &self.session.console;
        console.detail(format!("Refreshing {} …", account.title()));
        let before = account.fingerprint.clone();
        let (account, outcome) = match self.renewed(&account).await {
            Ok((renewal, account)) => (account, Ok(renewal)),
            Err(failure) => {
                let failure = failure.about(&account.title());
                // What was learned from it is in the cache already.
                let account = match self.bench.cache.account(&account.id) {
                    Ok(None) if of_all => return None,
                    again => again.ok().flatten().unwrap_or(account),
                };
                (account, Err(failure))
            }
        };
        let handed_over = match (self.hand_to, &outcome) {
            (None, _) => None,
            (Some(hand_to), Ok(RefreshOutcome::Renewed)) => {
                let before = before.as_ref();
                Some(hand_over::give_stored(self.session, before, &account, hand_to).await)
            }
            (Some(_), _) => Some(Ok(false)),
        };
        let row = Row {
            handed_over: handed_over.map(|hand_over| hand_over.map_err(Box::new)),
            ..outcome.into()
        };
        Some((account, row))
    }

    /// Why it is not tried, if it is not. A token that is certainly dead costs no call, and that it is dead is told.
    fn left_out_for(&self, account: &Account) -> Option<Rc<Failure>> {
        let now = self.session.settings.clock.started_at();
        let due = account.due(now, self.policy.window, self.policy.force);
        if due == Due::Expired && account.interrupted.is_none() {
            return None;
        }
        self.circuit_breaker.borrow_mut().should_skip(&account.app)
    }

    async fn renewed(&self, account: &Account) -> Result<(RefreshOutcome, Account), Failure> {
        let store = self.session.vault_of(account)?;
        let parts = self.bench.parts(&store);
        let age_is_known = account.issued_at.is_some();
        let instagram = self.instagram_of(&account.app);
        match flows::refresh(&parts, &instagram, &account.id, self.policy).await {
            Ok(renewed) => {
                let mut circuit_breaker = self.circuit_breaker.borrow_mut();
                circuit_breaker.record_success(&account.app, instagram.app_usage());
                Ok(renewed)
            }
            Err(error) => {
                let reach = match &error {
                    FlowError::Instagram(error) => Some(error.scope()),
                    _ => None,
                };
                let failure = Failure::of_renewal(error, age_is_known);
                if let Some(reach) = reach {
                    let mut circuit_breaker = self.circuit_breaker.borrow_mut();
                    circuit_breaker.record_failure(&account.app, reach, &failure);
                }
                Err(failure)
            }
        }
    }

    fn instagram_of(&self, app: &str) -> Rc<Instagram> {
        let mut known = self.instagram.borrow_mut();
        let instagram = known
            .entry(app.to_owned())
            .or_insert_with(|| self.way.for_another_app().into());
        Rc::clone(instagram)
    }
}
