//! Flows: what takes several parts, from connecting an account to rebuilding the cache. Flows never print.
//!
//! Invariant: every change of a token happens under the account's lock. It is announced in the journal, written to the
//! free slot, read back and recorded. Only then is the old token deleted.

mod connect;
mod disconnect;
mod env_account;
mod error;
mod flow_context;
mod locked_account;
mod move_account;
mod new_login;
mod new_token;
mod rebuild;
mod refresh;
mod token_storage;

pub(crate) use connect::{Connected, Exchange, LoginStep, connect, connect_with_token};
pub(crate) use disconnect::disconnect;
pub(crate) use env_account::{env_account_after, fetch_env_account, refresh_env_account};
pub(crate) use error::FlowError;
pub(crate) use flow_context::FlowContext;
pub(crate) use move_account::move_account;
pub(crate) use new_login::LoginOptions;
pub(crate) use rebuild::{add_missing_accounts, find_missing_reason, rebuild, update_from_store};
pub(crate) use refresh::{
    RefreshOutcome, RefreshPolicy, needs_refresh_before_use, refresh, refresh_before_use, verify,
};
