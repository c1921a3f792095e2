//! Decides what each request gets. Only this file can use up the `state` of a login.
//!
//! Invariant: the state is used under one lock before the answer is handed over, so there is one answer however many
//! requests come at once. No reply contains a byte of the request.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use hyper::StatusCode;
use subtle::ConstantTimeEq;
use tokio::sync::mpsc::Sender;
use tokio::sync::{Notify, SetOnce};
use url::Url;

use super::pages::{not_found_page, used_page};
use super::reply::CallbackReply;
use super::socket_table::Ends;
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
    pub(crate) authorize_url: Url,
}

/// A sign that the answer may not come from the person who started the login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoginAlarm {
    /// A program of another user of this machine came with the start address or with the answer.
    OtherUser,
    /// The start address was visited again.
    SecondVisit,
}

/// What a request gets: a reply now, or the page with the outcome once it is known.
pub(super) enum Action {
    Reply(CallbackReply),
    AwaitOutcome,
}

/// Of one login, shared by all its connections.
pub(super) struct Handler {
    expected: ExpectedCallback,
    /// Behind a tunnel, the person's own browser still comes to `localhost`.
    local_authority: Option<String>,
    pub(super) is_start_used: AtomicBool,
    /// The first one.
    pub(super) alarm: OnceLock<LoginAlarm>,
    /// Where the one answer goes. Taking it uses the state, so only the first answer gets it.
    sender: Mutex<Option<Sender<AuthorizationResponse>>>,
    /// Whether a browser was sent to the page with the outcome.
    pub(super) is_browser_waiting: AtomicBool,
    pub(super) ignored: AtomicU32,
    /// The page with the outcome.
    pub(super) outcome: SetOnce<String>,
    /// Notified when a browser has received the page with the outcome.
    pub(super) outcome_shown: Notify,
}

impl Handler {
    pub(super) fn new(
        expected: ExpectedCallback,
        local_authority: Option<String>,
        sender: Sender<AuthorizationResponse>,
    ) -> Self {
        Self {
            expected,
            local_authority,
            is_start_used: AtomicBool::new(false),
            alarm: OnceLock::new(),
            sender: Mutex::new(Some(sender)),
            is_browser_waiting: AtomicBool::new(false),
            ignored: AtomicU32::new(0),
            outcome: SetOnce::new(),
            outcome_shown: Notify::new(),
        }
    }

    /// `ends` are those of the connection, if they are known.
    pub(super) fn handle(&self, head: &RequestHead<'_>, ends: Option<Ends>) -> Action {
        // Browsers ask for it on their own, so it does not count as a wrong request.
        if head.target == "/favicon.ico" {
            return reply(StatusCode::NOT_FOUND);
        }
        self.decide(head, ends)
            .unwrap_or_else(|reason| self.ignore(reason))
    }

    /// Takes the answer from a pasted text. An answer uses the state, so the browser's answer then comes too late.
    pub(super) fn paste(
        &self,
        text: &str,
        redirect_uri: &Url,
    ) -> Result<AuthorizationResponse, IgnoreReason> {
        let response = parse_pasted(text, redirect_uri, &self.expected.state)?;
        self.sender().take().ok_or(IgnoreReason::State)?;
        Ok(response)
    }

    fn decide(&self, head: &RequestHead<'_>, ends: Option<Ends>) -> Result<Action, IgnoreReason> {
        let checked = check_head(head, &self.expected.authority);
        let (path, query) = match (checked, &self.local_authority) {
            (Err(IgnoreReason::Host), Some(local)) => check_head(head, local)?,
            (checked, _) => checked?,
        };
        if path == self.expected.callback_path {
            return self.callback(query.unwrap_or_default(), ends);
        }
        Ok(match (path.strip_prefix("/start/"), query) {
            (Some(part), None) => self.start(part, ends),
            (None, None) if path == OUTCOME_PATH && self.sender().is_none() => Action::AwaitOutcome,
            _ => reply(StatusCode::NOT_FOUND),
        })
    }

    fn callback(&self, query: &str, ends: Option<Ends>) -> Result<Action, IgnoreReason> {
        let response = parse_query(query, &self.expected.state)?;
        let verdict = match response {
            AuthorizationResponse::Code(_) => "accepted",
            AuthorizationResponse::Denied(_) => "denied",
        };
        log::debug!(verdict; "callback");
        let Some(sender) = self.sender().take() else {
            return Ok(reply(StatusCode::GONE));
        };
        self.alarm_at_another_user(ends);
        // Before the answer is sent, because its receiver may finish the login at once.
        self.is_browser_waiting.store(true, Ordering::Relaxed);
        // The receiver is only gone while everything is closing.
        let _ = sender.try_send(response);
        // The address with the code leaves the browser's address bar and history.
        Ok(redirect(StatusCode::SEE_OTHER, OUTCOME_PATH))
    }

    fn start(&self, part: &str, ends: Option<Ends>) -> Action {
        // In constant time, so that another user cannot guess the part byte by byte.
        let expected = self.expected.start.as_bytes();
        if !bool::from(part.as_bytes().ct_eq(expected)) {
            return reply(StatusCode::NOT_FOUND);
        }
        self.alarm_at_another_user(ends);
        if self.is_start_used.swap(true, Ordering::Relaxed) {
            self.alarm.get_or_init(|| LoginAlarm::SecondVisit);
            return reply(StatusCode::GONE);
        }
        if self.sender().is_none() {
            return reply(StatusCode::GONE);
        }
        redirect(StatusCode::FOUND, self.expected.authorize_url.as_str())
    }

    /// Only for requests that know a secret of the login, because the table of sockets may be long.
    fn alarm_at_another_user(&self, ends: Option<Ends>) {
        if ends.is_some_and(Ends::are_of_another_user) {
            self.alarm.get_or_init(|| LoginAlarm::OtherUser);
        }
    }

    fn sender(&self) -> MutexGuard<'_, Option<Sender<AuthorizationResponse>>> {
        self.sender.lock().unwrap_or_else(PoisonError::into_inner)
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

/// Every refusal looks the same, except for an address that was used.
pub(super) fn reply(status: StatusCode) -> Action {
    let page = match status {
        StatusCode::GONE => used_page(),
        _ => not_found_page(),
    };
    Action::Reply(CallbackReply::Page(status, page))
}

fn redirect(status: StatusCode, to: &str) -> Action {
    Action::Reply(CallbackReply::Redirect(status, to.to_owned()))
}
