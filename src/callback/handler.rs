//! Decides what each request gets. Only this file can use up the `state` of a login.
//!
//! Invariant: the state is used under one lock before the answer is handed over, so there is one answer however many
//! requests come at once. No reply contains a byte of the request.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper::StatusCode;
use subtle::ConstantTimeEq;
use tokio::sync::{Notify, oneshot, watch};
use url::Url;

use super::pages::{CallbackPage, CallbackReply, LoginOutcome};
use crate::account::{
    AuthorizationResponse, IgnoreReason, OAuthState, RequestHead, check_head, parse_pasted,
    parse_query,
};

const OUTCOME_PATH: &str = "/outcome";

/// What the listener waits for, and where it sends the browser first.
pub(crate) struct ExpectedCallback {
    /// The only accepted `Host`, such as `localhost:8723`.
    pub(crate) authority: String,
    /// The path of the redirect URI, such as `/callback`.
    pub(crate) callback_path: String,
    pub(crate) state: OAuthState,
    /// The random part of the one-use start address.
    pub(crate) start: String,
    /// Where the start address redirects to.
    pub(crate) authorize_url: Url,
}

/// Shows neither the state nor the start address.
impl fmt::Debug for ExpectedCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExpectedCallback")
            .field("authority", &self.authority)
            .field("callback_path", &self.callback_path)
            .finish_non_exhaustive()
    }
}

/// What a request gets: a reply now, or the page with the outcome once it is known.
pub(super) enum Action {
    Reply(CallbackReply),
    AwaitOutcome,
}

/// Where the one answer goes. Without a sender the state is used.
struct PendingAnswer {
    sender: Option<oneshot::Sender<AuthorizationResponse>>,
    is_by_browser: bool,
}

/// Shared by all connections of one login.
pub(super) struct Handler {
    expected: ExpectedCallback,
    /// Behind a tunnel, the person's own browser still comes to `localhost`.
    local_authority: Option<String>,
    is_start_used: AtomicBool,
    pending: Mutex<PendingAnswer>,
    ignored: AtomicU32,
    outcome: watch::Receiver<Option<LoginOutcome>>,
    outcome_shown: Notify,
}

impl Handler {
    pub(super) fn new(
        expected: ExpectedCallback,
        local_authority: Option<String>,
        sender: oneshot::Sender<AuthorizationResponse>,
        outcome: watch::Receiver<Option<LoginOutcome>>,
    ) -> Self {
        Self {
            expected,
            local_authority,
            is_start_used: AtomicBool::new(false),
            pending: Mutex::new(PendingAnswer {
                sender: Some(sender),
                is_by_browser: false,
            }),
            ignored: AtomicU32::new(0),
            outcome,
            outcome_shown: Notify::new(),
        }
    }

    pub(super) fn handle(&self, head: &RequestHead<'_>) -> Action {
        if head.target == "/favicon.ico" {
            return not_found();
        }
        let (path, query) = match self.check(head) {
            Ok(parts) => parts,
            Err(reason) => return self.ignore(reason),
        };
        if path == self.expected.callback_path {
            return self.callback(query.unwrap_or_default());
        }
        match (path.strip_prefix("/start/"), query) {
            (Some(part), None) => self.start(part),
            (None, None) if path == OUTCOME_PATH && self.is_used() => Action::AwaitOutcome,
            _ => not_found(),
        }
    }

    /// Takes the answer from a pasted text. An answer uses the state, so the browser's answer then comes too late.
    pub(super) fn paste(
        &self,
        text: &str,
        redirect_uri: &Url,
    ) -> Result<AuthorizationResponse, IgnoreReason> {
        let response = parse_pasted(text, redirect_uri, &self.expected.state)?;
        self.use_state(false).ok_or(IgnoreReason::State)?;
        Ok(response)
    }

    pub(super) fn ignored(&self) -> u32 {
        self.ignored.load(Ordering::Relaxed)
    }

    /// Whether a browser was sent to the page with the outcome.
    pub(super) fn is_browser_waiting(&self) -> bool {
        self.pending().is_by_browser
    }

    /// Resolves when the outcome is known; never, when the login is dropped instead.
    pub(super) async fn outcome(&self) -> LoginOutcome {
        let mut outcome = self.outcome.clone();
        // Copied out of its lock before anything else is awaited.
        let known = outcome
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|known| *known);
        match known {
            Some(outcome) => outcome,
            None => std::future::pending().await,
        }
    }

    pub(super) fn mark_outcome_shown(&self) {
        self.outcome_shown.notify_one();
    }

    /// Resolves when a browser has received the page with the outcome.
    pub(super) async fn outcome_shown(&self) {
        self.outcome_shown.notified().await;
    }

    fn check<'a>(
        &self,
        head: &RequestHead<'a>,
    ) -> Result<(&'a str, Option<&'a str>), IgnoreReason> {
        match (
            check_head(head, &self.expected.authority),
            &self.local_authority,
        ) {
            (Err(IgnoreReason::Host), Some(local)) => check_head(head, local),
            (checked, _) => checked,
        }
    }

    fn callback(&self, query: &str) -> Action {
        let response = match parse_query(query, &self.expected.state) {
            Ok(response) => response,
            Err(reason) => return self.ignore(reason),
        };
        let verdict = match response {
            AuthorizationResponse::Code(_) => "accepted",
            AuthorizationResponse::Denied(_) => "denied",
        };
        log::debug!(verdict; "callback");
        let Some(sender) = self.use_state(true) else {
            return used();
        };
        // The receiver is only gone while everything is closing.
        let _ = sender.send(response);
        Action::Reply(CallbackReply::Redirect {
            status: StatusCode::SEE_OTHER,
            location: OUTCOME_PATH.to_owned(),
        })
    }

    fn start(&self, part: &str) -> Action {
        let expected = self.expected.start.as_bytes();
        if !bool::from(part.as_bytes().ct_eq(expected)) {
            return not_found();
        }
        if self.is_used() || self.is_start_used.swap(true, Ordering::Relaxed) {
            return used();
        }
        Action::Reply(CallbackReply::Redirect {
            status: StatusCode::FOUND,
            location: self.expected.authorize_url.as_str().to_owned(),
        })
    }

    /// Returns the sender to the first caller only.
    fn use_state(&self, is_by_browser: bool) -> Option<oneshot::Sender<AuthorizationResponse>> {
        let mut pending = self.pending();
        let sender = pending.sender.take()?;
        pending.is_by_browser = is_by_browser;
        Some(sender)
    }

    fn is_used(&self) -> bool {
        self.pending().sender.is_none()
    }

    fn pending(&self) -> MutexGuard<'_, PendingAnswer> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ignore(&self, reason: IgnoreReason) -> Action {
        log::debug!(verdict = "ignored", why:? = reason; "callback");
        let status = match reason {
            // Not counted as wrong: browsers prefetch automatically and come again.
            IgnoreReason::Prefetch => return reply(StatusCode::SERVICE_UNAVAILABLE),
            IgnoreReason::Method => StatusCode::METHOD_NOT_ALLOWED,
            IgnoreReason::Host => StatusCode::MISDIRECTED_REQUEST,
            _ => StatusCode::BAD_REQUEST,
        };
        self.ignored.fetch_add(1, Ordering::Relaxed);
        reply(status)
    }
}

fn reply(status: StatusCode) -> Action {
    Action::Reply(CallbackReply::Page(status, CallbackPage::NotFound))
}

fn not_found() -> Action {
    reply(StatusCode::NOT_FOUND)
}

fn used() -> Action {
    Action::Reply(CallbackReply::Page(StatusCode::GONE, CallbackPage::Used))
}
