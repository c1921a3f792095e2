//! A login with a token from the App Dashboard: read from stdin, checked by `/me`.

use std::io::Read;

use super::browser_login::step_reporter;
use super::command::Args;
use super::paste;
use crate::account::{LongToken, SECRET_MAX_BYTES};
use crate::failure::{Failure, Kind};
use crate::flows::{self, Connected, LoginOptions};
use crate::session::Session;
use crate::store::Store;

pub(super) fn connect(args: &Args, session: &Session, store: &Store) -> Result<Connected, Failure> {
    // Such a token is never exchanged, so its app may be unknown.
    let app = session.apps.find(args.app.as_deref())?;
    let options = LoginOptions {
        app: app.as_ref().map_or("unknown", |app| &app.name),
        alias: args.alias.as_ref(),
        expect: args.expect.as_ref(),
        store,
    };
    session.runtime.run(async {
        let token = read_token(session).await?;
        session.caches().check_writable()?;
        let context = session.flow_context()?;
        let instagram = session.instagram.client()?;
        let spinner = session.console.spinner();
        let report = step_reporter(session, &spinner);
        flows::connect_with_token(&context, &instagram, &options, token, report)
            .await
            .map_err(Failure::of_login)
    })
}

async fn read_token(session: &Session) -> Result<LongToken, Failure> {
    let text = if session.console.can_ask() {
        // Hides the input before the question, because an answer may come at once.
        let mut lines = paste::read_lines(true);
        session
            .console
            .say("Paste the token from the App Dashboard and press Enter. It stays hidden.");
        lines.next().await.unwrap_or_default()
    } else if session.console.is_typed_at() {
        return Err(Failure::unasked("the token is needed", "one line on stdin"));
    } else {
        read_piped()?
    };
    let token = LongToken::from_input(text)
        .map_err(|error| Failure::secret("the token on stdin", error))?;
    if token.is_of_facebook_login() {
        let message = "this token is from Facebook Login, because it begins with EAA";
        let hint =
            "Make one under Instagram, API setup with Instagram login, Generate access tokens";
        return Err(Failure::new(Kind::Usage, message)
            .cause("igconnect uses Instagram Login, whose tokens begin with IG")
            .hint(hint));
    }
    Ok(token)
}

/// Reads one line from a pipe, and not much more than a token can have.
fn read_piped() -> Result<String, Failure> {
    let mut text = String::new();
    // Room for the blanks and line ends that copying adds.
    let mut bounded = std::io::stdin().lock().take(SECRET_MAX_BYTES as u64 + 64);
    bounded
        .read_to_string(&mut text)
        .map_err(|_| Failure::new(Kind::Usage, "stdin is not text"))?;
    Ok(text)
}
