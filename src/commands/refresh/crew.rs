//! Many accounts side by side: the most urgent first, a bounded number under way, one connection to the cache for all.
//!
//! Invariant: each account is changed under its own lock and by its own story; a failure ends no other story.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use futures_util::{StreamExt, future, stream};

use super::halt::Halt;
use super::{Row, handed};
use crate::account::{Account, Due};
use crate::commands::Context;
use crate::commands::hand_over::HandTo;
use crate::commands::subject::Subject;
use crate::commands::workbench::Workbench;
use crate::failure::Failure;
use crate::flows::{self, FlowError, Policy, Renewal};
use crate::instagram::Instagram;

/// How many accounts are under way at once: enough to hide the way to Instagram, few enough for any limit of open files
/// (each has a lock file and a connection).
const AT_ONCE: usize = 16;

/// What the stories of one refresh share.
pub(super) struct Crew<'c> {
    context: &'c Context,
    policy: Policy,
    hand_to: Option<&'c HandTo>,
    bench: Workbench<'c>,
    /// By the name of the app.
    instagram: BTreeMap<String, Instagram>,
    halt: RefCell<Halt>,
    is_resting: Cell<bool>,
    done: Cell<usize>,
}

impl<'c> Crew<'c> {
    /// A crew for these accounts; nobody is asked about them yet.
    pub(super) fn new(
        context: &'c Context,
        accounts: &[Account],
        policy: Policy,
        hand_to: Option<&'c HandTo>,
    ) -> Result<Self, Failure> {
        let way = context.instagram()?;
        let mut instagram = BTreeMap::new();
        for account in accounts {
            if !instagram.contains_key(&account.app) {
                instagram.insert(account.app.clone(), way.for_another_app());
            }
        }
        Ok(Self {
            context,
            policy,
            hand_to,
            bench: context.workbench()?,
            instagram,
            halt: RefCell::default(),
            is_resting: Cell::new(false),
            done: Cell::new(0),
        })
    }

    /// Refreshes them; the rows are in the order of `accounts`. A signal ends it once those under way have ended.
    pub(super) fn refresh(&self, accounts: Vec<Account>) -> Result<Vec<Row>, Failure> {
        let all = accounts.len();
        let rows = self.context.run_parts(|| self.is_resting.set(true), async {
            Ok(self.side_by_side(accounts).await)
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
        self.halt.borrow().summary()
    }

    async fn side_by_side(&self, accounts: Vec<Account>) -> Vec<Row> {
        let now = self.context.settings.clock.now();
        let progress = self.context.console.progress("Refreshing", accounts.len());
        let mut queue: Vec<_> = accounts.into_iter().enumerate().collect();
        queue.sort_by_key(|(_, account)| account.urgency(now));
        // Each new token is handed over before the next is made: the command may be one that cannot run twice at once.
        let at_once = if self.hand_to.is_some() { 1 } else { AT_ONCE };
        let mut rows: Vec<_> = stream::iter(queue)
            .take_while(|_| future::ready(!self.is_resting.get()))
            .map(|(place, account)| async move { (place, self.row(account).await) })
            .buffer_unordered(at_once)
            .inspect(|_| {
                self.done.set(self.done.get() + 1);
                progress.advance();
            })
            .collect()
            .await;
        rows.sort_by_key(|(place, _)| *place);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    async fn row(&self, account: Account) -> Row {
        if let Some(failure) = self.left_out_for(&account) {
            let failure = failure.about(&account.title());
            return Row {
                is_tried: false,
                ..Row::new(account, Err(failure))
            };
        }
        let console = &self.context.console;
        console.detail(format!("Refreshing {} …", account.title()));
        let before = account.fingerprint.clone();
        let mut row = match self.renewed(&account).await {
            Ok((renewal, account)) => Row::new(account, Ok(renewal)),
            Err(failure) => self.failed(account, failure),
        };
        if let (Some(hand_to), Subject::Stored(account)) = (self.hand_to, &row.subject) {
            row.handed_over = Some(match row.outcome {
                Ok(Renewal::Renewed) => {
                    handed::give_stored(self.context, before.as_ref(), account, hand_to).await
                }
                _ => Ok(false),
            });
        }
        row
    }

    /// Why it is not tried, if it is not. A token that is certainly dead costs no call, and that it is dead is told.
    fn left_out_for(&self, account: &Account) -> Option<Failure> {
        let now = self.context.settings.clock.now();
        let due = account.due(now, self.policy.window, self.policy.force);
        if due == Due::Expired && account.interrupted.is_none() {
            return None;
        }
        self.halt.borrow_mut().leaves_out(&account.app)
    }

    async fn renewed(&self, account: &Account) -> Result<(Renewal, Account), Failure> {
        let vault = self.context.vault_of(account)?;
        let parts = self.bench.parts(&vault);
        let age_is_known = account.issued_at.is_some();
        let instagram = self.instagram.get(&account.app);
        let instagram = instagram.ok_or(FlowError::NoAccount)?;
        match flows::renew(&parts, instagram, &account.id, self.policy).await {
            Ok(renewed) => {
                let mut halt = self.halt.borrow_mut();
                halt.fared_well(&account.app, instagram.app_usage());
                Ok(renewed)
            }
            Err(error) => {
                let reach = match &error {
                    FlowError::Instagram(error) => Some(error.reach()),
                    _ => None,
                };
                let failure = Failure::of_renewal(error, age_is_known);
                if let Some(reach) = reach {
                    let mut halt = self.halt.borrow_mut();
                    halt.failed(&account.app, reach, &failure);
                }
                Err(failure)
            }
        }
    }

    /// What was learned from a failure is in the cache already, so the account is read again.
    fn failed(&self, account: Account, failure: Failure) -> Row {
        let failure = failure.about(&account.title());
        let again = self.bench.cache.account(&account.id);
        Row {
            is_gone: matches!(again, Ok(None)),
            ..Row::new(again.ok().flatten().unwrap_or(account), Err(failure))
        }
    }
}
