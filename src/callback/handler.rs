//! What each request gets: the one place that can use up the `state` of a login.
//!
//! Invariant: the state is used before the answer is handed over, under one lock, so there is one answer however many
//! ask at once. No reply contains a byte of the request.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use subtle::ConstantTimeEq;
use tokio::sync::{Notify, oneshot, watch};
use url::Url;

use super::answer::{Answer, ExpectedCallback, LoginOutcome};
use super::pages::{CallbackPage, CallbackReply, Status};
use crate::account::{CallbackHead, Ignored, Verdict, judge_head, judge_pasted, judge_query};

const OUTCOME_PATH: &str = "/outcome";

/// What a request gets: a reply now, or the page of the outcome once it is known.
pub(super) enum Action {
    CallbackReply(CallbackReply),
    AwaitOutcome,
}

/// The one answer's way out. Without a sender the state is used.
struct PendingAnswer {
    sender: Option<oneshot::Sender<Answer>>,
    by_browser: bool,
}

/// All that the connections of one login share.
pub(super) struct Handler {
    expected: ExpectedCallback,
    /// Behind a tunnel, the person's own browser still comes to `localhost`.
    local_authority: Option<String>,
    start_used: AtomicBool,
    hand: Mutex<PendingAnswer>,
    ignored: AtomicU32,
    outcome: watch::Receiver<Option<LoginOutcome>>,
    shown: Notify,
}

impl Handler {
    pub(super) fn new(
        expected: ExpectedCallback,
        local_authority: Option<String>,
        answer: oneshot::Sender<Answer>,
        outcome: watch::Receiver<Option<LoginOutcome>>,
    ) -> Self {
        Self {
            expected,
            local_authority,
            start_used: AtomicBool::new(false),
            hand: Mutex::new(PendingAnswer {
                sender: Some(answer),
                by_browser: false,
            }),
            ignored: AtomicU32::new(0),
            outcome,
            shown: Notify::new(),
        }
    }

    /// Decides about one request.
    pub(super) fn serve(&self, head: &CallbackHead<'_>) -> Action {
        if head.target == "/favicon.ico" {
            return not_found();
        }
        let (path, query) = match self.judge(head) {
            Ok(parts) => parts,
            Err(ignored) => return self.ignore(ignored),
        };
        if path == self.expected.callback_path {
            return self.callback(query.unwrap_or_default());
        }
        match (path.strip_prefix("/start/"), query) {
            (Some(piece), None) => self.start(piece),
            (None, None) if path == OUTCOME_PATH && self.is_used() => Action::AwaitOutcome,
            _ => not_found(),
        }
    }

    /// Judges what was pasted; an accepted or refusing answer uses the state, so the caller has it and nobody else.
    pub(super) fn paste(&self, text: &str, redirect_uri: &Url) -> Verdict {
        let verdict = judge_pasted(text, redirect_uri, &self.expected.state);
        match verdict {
            Verdict::Ignore(_) => verdict,
            _ if self.use_state(false).is_some() => verdict,
            _ => Verdict::Ignore(Ignored::State),
        }
    }

    /// How many requests were ignored as wrong so far.
    pub(super) fn ignored(&self) -> u32 {
        self.ignored.load(Ordering::Relaxed)
    }

    /// Whether a browser was sent to wait for the outcome.
    pub(super) fn is_browser_waiting(&self) -> bool {
        self.hand().by_browser
    }

    /// Resolves when the outcome is known; never, when the wait is dropped instead.
    pub(super) async fn outcome(&self) -> LoginOutcome {
        let mut outcome = self.outcome.clone();
        let known = outcome
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|o| *o);
        match known {
            Some(outcome) => outcome,
            None => std::future::pending().await,
        }
    }

    pub(super) fn mark_shown(&self) {
        self.shown.notify_one();
    }

    /// Resolves when a browser has the page of the outcome.
    pub(super) async fn shown(&self) {
        self.shown.notified().await;
    }

    fn judge<'a>(&self, head: &CallbackHead<'a>) -> Result<(&'a str, Option<&'a str>), Ignored> {
        match (
            judge_head(head, &self.expected.authority),
            &self.local_authority,
        ) {
            (Err(Ignored::Host), Some(local)) => judge_head(head, local),
            (judgement, _) => judgement,
        }
    }

    fn callback(&self, query: &str) -> Action {
        let answer = match judge_query(query, &self.expected.state) {
            Verdict::Accept(code) => Answer::Code(code),
            Verdict::Refuse(denial) => Answer::Denied(denial),
            Verdict::Ignore(ignored) => return self.ignore(ignored),
        };
        let verdict = match answer {
            Answer::Code(_) => "accepted",
            Answer::Denied(_) => "denied",
        };
        log::debug!(verdict; "callback");
        let Some(sender) = self.use_state(true) else {
            return used();
        };
        // Nobody waits any more only when everything is closing.
        let _ = sender.send(answer);
        Action::CallbackReply(CallbackReply::Redirect {
            status: Status::SeeOther,
            location: OUTCOME_PATH.to_owned(),
        })
    }

    fn start(&self, piece: &str) -> Action {
        let right: bool = piece
            .as_bytes()
            .ct_eq(self.expected.start.as_bytes())
            .into();
        if !right {
            return not_found();
        }
        if self.is_used() || self.start_used.swap(true, Ordering::Relaxed) {
            return used();
        }
        Action::CallbackReply(CallbackReply::Redirect {
            status: Status::Found,
            location: self.expected.authorize_url.as_str().to_owned(),
        })
    }

    /// The sender, if this is the first to have the right state.
    fn use_state(&self, by_browser: bool) -> Option<oneshot::Sender<Answer>> {
        let mut hand = self.hand();
        let sender = hand.sender.take()?;
        hand.by_browser = by_browser;
        Some(sender)
    }

    fn is_used(&self) -> bool {
        self.hand().sender.is_none()
    }

    fn hand(&self) -> MutexGuard<'_, PendingAnswer> {
        self.hand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ignore(&self, ignored: Ignored) -> Action {
        log::debug!(verdict = "ignored", why:? = ignored; "callback");
        let status = match ignored {
            // Browsers do this by themselves and come again.
            Ignored::Prefetch => Status::ServiceUnavailable,
            wrong => {
                self.ignored.fetch_add(1, Ordering::Relaxed);
                match wrong {
                    Ignored::Method => Status::MethodNotAllowed,
                    Ignored::Host => Status::MisdirectedRequest,
                    _ => Status::BadRequest,
                }
            }
        };
        Action::CallbackReply(CallbackReply::CallbackPage(status, CallbackPage::NotFound))
    }
}

fn not_found() -> Action {
    Action::CallbackReply(CallbackReply::CallbackPage(
        Status::NotFound,
        CallbackPage::NotFound,
    ))
}

fn used() -> Action {
    Action::CallbackReply(CallbackReply::CallbackPage(
        Status::Gone,
        CallbackPage::Used,
    ))
}
