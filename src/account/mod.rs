//! The rules of an account: its names, its token, its states and their reasons.
//!
//! Invariant: no clock, network, disk, environment or printing. The caller passes `now`.

mod any_account;
#[macro_use]
mod document;

mod authorization;
mod connected_account;
mod copied;
mod env_account;
mod fingerprint;
mod identity;
mod lifetime;
mod platform;
mod reason;
mod scopes;
mod secret;
mod similar;
mod store_kind;
mod token;
mod untrusted;
mod words;

pub(crate) use any_account::AnyAccount;
pub(crate) use authorization::{
    AuthorizationCode, AuthorizationResponse, Denial, IgnoreReason, OAuthState, RequestHead,
    check_head, parse_pasted, parse_query,
};
pub(crate) use connected_account::NAME_MAX_CHARS;
pub use connected_account::{Account, Profile};
pub use copied::trimmed;
pub use env_account::{ENV_STORE, EnvAccount, Owner};
pub use fingerprint::Fingerprint;
pub use identity::{AccountId, Alias, InvalidName, Selector, is_username};
pub use lifetime::{AccountStatus, State, StatusFacts};
pub use platform::Platform;
pub use reason::{Operation, Reason, Trouble};
pub use scopes::{InvalidScope, Scopes};
pub use secret::{
    AppSecret, InvalidSecret, LongToken, SECRET_MAX_BYTES, Secret, ShortToken, without_secrets,
};
pub(crate) use similar::most_similar;
pub use store_kind::{HelperName, StoreKind};
pub use token::{
    Due, Grant, LONG_LIFETIME, REFRESH_MIN_AGE, REFRESH_WINDOW, answered_at, can_retry_silently,
    expires_at, issued_at,
};
pub use untrusted::{Untrusted, deceives};
pub(crate) use words::{Word, from_word};
