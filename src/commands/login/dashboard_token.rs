//! A login without a browser: with a token that the App Dashboard made, read from stdin, proved by `/me`.

use std::io::Read;

use super::browser_login::sentence;
use super::{Args, paste};
use crate::account::{LongToken, SECRET_MAX_BYTES};
use crate::failure::{Failure, Kind};
use crate::flows::{self, Connected, LoginOptions};
use crate::session::Session;
use crate::store::Store;

/// Reads the token, asks whose it is, and keeps it.
pub(super) fn connect(args: &Args, session: &Session, store: &Store) -> Result<Connected, Failure> {
    let app = session
        .apps
        .find(args.app.as_deref())?
        .map_or_else(|| "unknown".to_owned(), |app| app.name);
    let welcome = LoginOptions {
        app: &app,
        alias: args.alias.as_ref(),
        expect: args.expect.as_ref(),
        store,
    };
    session.runtime.run(async {
        let token = of_instagram_login(read(session).await?)?;
        let context = session.flow_context()?;
        let instagram = session.instagram.client()?;
        let tell = |step| session.console.detail(sentence(step));
        let connected =
            flows::connect_with_token(&context, &instagram, &welcome, token, tell).await;
        connected.map_err(Failure::of_login)
    })
}

async fn read(session: &Session) -> Result<LongToken, Failure> {
    let text = if session.console.can_ask() {
        // Hidden first: who is asked may answer at once.
        let mut lines = paste::lines(true);
        session
            .console
            .say("Paste the token of the App Dashboard and press Enter (it stays hidden).");
        lines.next().await.unwrap_or_default().trim().to_owned()
    } else if session.console.is_typed_at() {
        return Err(Failure::unasked("the token is needed", "one line on stdin"));
    } else {
        piped()?
    };
    LongToken::new(text).map_err(|error| Failure::secret("the token on stdin", error))
}

/// One line from a pipe, and nothing more.
fn piped() -> Result<String, Failure> {
    let mut text = String::new();
    let limit = SECRET_MAX_BYTES as u64 + 2;
    let read = std::io::stdin()
        .lock()
        .take(limit)
        .read_to_string(&mut text);
    read.map_err(|_| Failure::new(Kind::Usage, "what is on stdin is not text"))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

/// Tokens of Instagram Login begin with IG, those of Facebook Login with EAA; the latter work on another host.
fn of_instagram_login(token: LongToken) -> Result<LongToken, Failure> {
    if token.is_of_facebook_login() {
        return Err(Failure::new(
            Kind::Usage,
            "this is a token of Facebook Login: it begins with EAA",
        )
        .cause("igconnect connects through Instagram Login, whose tokens begin with IG")
        .hint("Make one under Instagram, API setup with Instagram login, Generate access tokens"));
    }
    Ok(token)
}
