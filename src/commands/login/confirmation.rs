//! Asks the person at the terminal about an account that someone else may have logged in.

use super::paste::PastedLines;
use crate::account::Untrusted;
use crate::callback::LoginAlarm;
use crate::instagram::Me;
use crate::session::Session;

/// Returns whether the account may be stored. Without a terminal, it may not.
pub(super) async fn confirm(
    session: &Session,
    alarm: LoginAlarm,
    pasted: &mut PastedLines,
    me: &Me,
) -> bool {
    let console = &session.console;
    console.warn(match alarm {
        LoginAlarm::OtherUser => "someone else on this machine opened the login",
        LoginAlarm::SecondVisit => "the login was opened twice, perhaps by someone else",
    });
    if !console.can_ask() {
        return false;
    }
    let name = Untrusted::new(me.username.as_str());
    let question = format!("Connect @{name} ({})? [y/N]", me.id);
    // The thread that waits for a paste owns stdin, so the answer comes from there too.
    let answer = pasted
        .answer(|| console.tell(console.strong(&question)))
        .await;
    matches!(answer.as_deref(), Some("y" | "Y" | "yes" | "Yes" | "YES"))
}
