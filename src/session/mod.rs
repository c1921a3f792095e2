//! What a run carries: settings, console, runtime, the cache and stores it opened, the accounts it was asked about.

pub(crate) mod all_accounts;
pub(crate) mod any_account;
pub(crate) mod app_setup;
mod arguments;
mod caches;
pub(crate) mod flow_context;
pub(crate) mod hand_over;
pub(crate) mod live_token;
mod openbao_access;
mod openbao_login;
pub(crate) mod rows;
pub(crate) mod scheduling;
mod sealed_keys;
mod selection;
#[allow(clippy::module_inception)]
mod session;
mod signals;
pub(crate) mod stores;
pub(crate) mod user_command;

pub(crate) use arguments::{duration, port};
pub(crate) use session::{Options, Session};
