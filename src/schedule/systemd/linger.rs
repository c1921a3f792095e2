//! Whether a user's manager outlives the session.

use super::super::program::{LOOK, Program};

/// Whether this user's manager runs when nobody is logged in; nothing where nobody can tell.
pub(crate) fn lingers() -> Option<bool> {
    let loginctl = Program("loginctl");
    let user = user();
    let question = ["show-user", &user, "--property=Linger", "--value"];
    let said = loginctl.ask(&question, LOOK).ok()?;
    match said.text().trim() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

#[cfg(unix)]
fn user() -> String {
    rustix::process::getuid().as_raw().to_string()
}

#[cfg(not(unix))]
fn user() -> String {
    String::new()
}
