//! Instagram's refusals, and the network's, in words.

use super::{Failure, Kind};
use crate::account::{Operation, Reason, StoreKind, Trouble, Untrusted};
use crate::flows::FlowError;
use crate::http::HttpError;
use crate::instagram::{ApiError, InstagramError, explanation::Meaning};

impl From<InstagramError> for Failure {
    fn from(error: InstagramError) -> Self {
        match error {
            InstagramError::Unreachable(error) => error.into(),
            InstagramError::NotInstagram(what) => {
                Self::new(Kind::Trouble, "what answered was not Instagram")
                    .cause(format!(
                        "it sent {what}; a captive portal or a proxy may stand in between"
                    ))
                    .hint("Check the connection and try again; nothing is known about the token")
            }
            InstagramError::Missing(field) => Self::new(
                Kind::Trouble,
                format!("Instagram's answer has no usable {field}"),
            )
            .hint("Try again later; if it stays so, Instagram has changed: update igconnect"),
            InstagramError::Refused(error) => refused(&error),
        }
    }
}

impl From<HttpError> for Failure {
    fn from(error: HttpError) -> Self {
        let (message, hint) = match error {
            HttpError::Connect => (
                "Instagram cannot be reached",
                "Check the network, or the proxy, and try again",
            ),
            HttpError::Tls => (
                "the TLS certificate of what answered is not trusted",
                "Something stands between this machine and Instagram, such as a filter; nothing was sent to it",
            ),
            HttpError::Timeout => ("Instagram did not answer in time", "Try again later"),
            HttpError::Broken => ("the connection to Instagram broke", "Try again later"),
            HttpError::TooLarge => (
                "what answered was not Instagram: it never stopped sending",
                "Try again later",
            ),
            HttpError::Encoded => (
                "what answered was not Instagram: its answer is compressed, which was not asked for",
                "A proxy or a filter may stand in between; try again later",
            ),
            HttpError::Redirect => (
                "what answered was not Instagram: it pointed to another place",
                "A captive portal may want a login in the browser first",
            ),
            HttpError::Setup => (
                "this system's certificates cannot be used",
                "Check its list of trusted certificates",
            ),
        };
        Self::new(Kind::Trouble, message).hint(hint)
    }
}

fn refused(error: &ApiError) -> Failure {
    let known = error.explanation();
    let kind = match known.map(|entry| entry.meaning) {
        // The token is not dead then: its owner has something to do on instagram.com.
        Some(Meaning::Token(Trouble::Checkpoint | Trouble::Unconfirmed)) => Kind::Trouble,
        Some(Meaning::Token(_) | Meaning::Permission) => Kind::Login,
        _ => Kind::Trouble,
    };
    let message = match known {
        Some(entry) if matches!(entry.meaning, Meaning::Down | Meaning::RateLimited) => {
            entry.cause.to_owned()
        }
        Some(entry) => format!("Instagram refused: {}", entry.cause),
        None => "Instagram refused, for a reason that igconnect does not know".to_owned(),
    };
    let mut hint = known.map_or_else(
        || "Try again later, or search for the message".to_owned(),
        |entry| entry.fix.to_owned(),
    );
    if let Some(seconds) = error.retry_after {
        let minutes = seconds.div_ceil(60);
        let unit = if minutes == 1 { "minute" } else { "minutes" };
        hint = format!(
            "Wait {minutes} {unit}: Instagram lets no call through before, and each one makes it longer"
        );
    }
    Failure::new(kind, message).cause(said(error)).hint(hint)
}

/// Instagram's own words with everything that its support would ask for.
fn said(error: &ApiError) -> String {
    let trace = error
        .trace_id
        .as_ref()
        .map(|id| format!(", trace {id}"))
        .unwrap_or_default();
    format!(
        "Instagram said: {} (code {}{trace})",
        error.message.shortened(200),
        error.codes()
    )
}

/// What a machine calls itself, as far as that can be shown.
fn machine(name: &str) -> Untrusted {
    let name = Untrusted::new(name);
    match name.raw() {
        "" => Untrusted::new("one without a name"),
        _ => name,
    }
}

impl From<FlowError> for Failure {
    fn from(error: FlowError) -> Self {
        match error {
            FlowError::Instagram(error) | FlowError::Doubtful(error) => error.into(),
            FlowError::Store(error) => error.into(),
            FlowError::Cache(error) => error.into(),
            FlowError::AnotherAccount { expected, found, found_id } => Self::new(
                Kind::Unfinished,
                format!("the browser connected @{found} ({found_id}), not {}", super::typed(&expected.to_string())),
            )
            .cause("nothing was stored")
            .hint("Try again with --force-reauth, which lets you choose the account, or use a private window"),
            FlowError::AliasTaken { found, found_id } => Self::new(
                Kind::Unfinished,
                format!("the alias belongs to another account than @{found} ({found_id})"),
            )
            .cause("nothing was stored")
            .hint("Choose another alias with --as, or connect the account it belongs to with --force-reauth"),
            FlowError::WrongAccount => Self::new(Kind::Trouble, "Instagram's answer is for another account")
                .cause("the token that was there is kept")
                .hint("Try again later"),
            FlowError::Expired => Self::new(Kind::Login, "the token expired; Instagram renews no dead token")
                .hint("Connect again: igconnect login"),
            FlowError::SecretGone(store) => Self::new(Kind::Login, Reason::Trouble(Trouble::SecretGone).sentence_about(&store))
                .hint("Connect again: igconnect login"),
            FlowError::RemovedElsewhere { by } => Self::new(Kind::Login, "it was disconnected on another machine")
                .cause(format!("{} took it out of the store that both share", machine(&by)))
                .hint("Connect again: igconnect login; or forget it here too: igconnect disconnect"),
            FlowError::ClaimedElsewhere { by } => Self::new(Kind::Busy, "another machine is working on this account")
                .cause(format!("{} has it; if it crashed, that ends by itself within a minute", machine(&by)))
                .hint("Try again when it has finished"),
            FlowError::NoAccount => Self::no_account(None),
            FlowError::Moved => Self::new(Kind::Busy, "another igconnect has just brought it to another store")
                .hint("Try again"),
            FlowError::OtherTokenThere(store) => Self::new(
                Kind::Store,
                format!("{store} has another token of this account, which is not the one used here"),
            )
            .cause("which of the two is the better one only Instagram can tell; nothing was changed")
            .hint(format!(
                "To use that one: igconnect disconnect, then IGCONNECT_STORE={name} igconnect refresh --all. To replace \
                 it: IGCONNECT_STORE={name} igconnect login",
                name = store.as_str()
            )),
            FlowError::LeftBehind { former, error } => {
                Self::new(Kind::Store, format!("it was moved, and its copy in {former} could not be deleted"))
                    .cause(error.to_string())
                    .hint("The same command goes on with it, and so does the next refresh")
            }
        }
    }
}

impl Failure {
    /// A failure in the middle of a login: what Instagram refuses there ends the login, it condemns no account.
    #[must_use]
    pub(crate) fn of_login(error: FlowError) -> Self {
        let refused = matches!(
            &error,
            FlowError::Instagram(error)
                if matches!(error.meaning(), Some(meaning) if !matches!(meaning, Meaning::RateLimited | Meaning::Down))
        );
        let failure = Self::from(error);
        if refused {
            Self {
                kind: Kind::Unfinished,
                ..failure
            }
        } else {
            failure
        }
    }

    /// A failure of a renewal. What Instagram says to a token younger than 24 hours is not documented, so with an unknown
    /// age that is the likeliest meaning of an unknown refusal.
    #[must_use]
    pub(crate) fn of_refresh(error: FlowError, age_is_known: bool) -> Self {
        let unknown = matches!(&error, FlowError::Instagram(error) if error.meaning() == Some(Meaning::Unknown));
        let failure = Self::from(error);
        if unknown && !age_is_known {
            return failure.hint("It may be younger than 24 hours, which Instagram does not renew: try again tomorrow");
        }
        failure
    }

    /// An account whose state is one that only a login or a look at Instagram mends.
    pub(crate) fn of_trouble(trouble: Trouble, store: &StoreKind) -> Self {
        let sentence = Reason::Trouble(trouble).sentence_about(store);
        match trouble {
            Trouble::Checkpoint | Trouble::Unconfirmed => Self::new(Kind::Trouble, sentence).hint(
                "Log in on instagram.com, follow what it asks, then: igconnect status --verify",
            ),
            _ => Self::new(Kind::Login, sentence).hint("Connect again: igconnect login"),
        }
    }

    /// A clock that is behind what is recorded, while nobody could be asked for the time.
    pub fn of_clock() -> Self {
        Self::new(Kind::Trouble, Reason::ClockBehind.sentence())
            .hint("Set the clock of this machine, then try again")
    }

    /// An account with a change whose end is not known.
    pub fn of_interrupted(operation: Operation) -> Self {
        let sentence = Reason::Interrupted(operation).sentence();
        Self::new(Kind::Trouble, sentence).hint("Settle it: igconnect refresh")
    }
}
