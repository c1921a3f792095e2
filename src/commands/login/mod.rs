//! `login`: connects an account, from the browser to the store.
//!
//! - `command` holds the flags, and chooses one of the three ways.
//! - `browser_login` goes through a browser. `redirect` decides where the answer can arrive, `instructions` tells the
//!   person what to do, `wait` waits for the answer.
//! - `outcome` writes the last page in the browser. After a denial, `another_try` waits for a second consent.
//! - `start_page` is the private page that a browser is given. `confirmation` asks about an account that someone else may
//!   have logged in.
//! - `browser` opens a browser, if this machine has one. `paste` reads what a person pastes.
//! - `daily_refresh` offers to install the schedule after the first login.
//! - `two_steps` is a login in two commands, `dashboard_token` one with a token from the App Dashboard.

mod another_try;
mod browser;
mod browser_login;
mod command;
mod confirmation;
mod daily_refresh;
mod dashboard_token;
mod instructions;
mod outcome;
mod paste;
mod redirect;
mod report;
mod start_page;
mod two_steps;
mod wait;

pub(crate) use command::{Args, run};
#[cfg(test)]
pub(super) use two_steps::BegunLogin;
