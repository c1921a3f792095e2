//! A login in two calls: the first gives an address to somebody, the second takes back where they landed.
//! In between, only the digest of the state is kept.

use std::io::{self, Write};

use super::browser_login::{app, finish_login};
use super::{Args, paste, redirect, wait};
use crate::account::{AuthorizationResponse, OAuthState, Scopes, parse_pasted};
use crate::cache::{Cache, PendingLogin};
use crate::failure::{Failure, Kind};
use crate::flows::{Connected, Exchange, LoginOptions};
use crate::instagram::OAuthApp;
use crate::output::json;
use crate::session::Session;
use crate::settings::RedirectUri;
use crate::store::Store;
use jiff::{SignedDuration, Timestamp};

/// Instagram's codes are good for one hour, so nothing is gained by waiting longer (Instagram API, "Business Login").
const PENDING_LIFE: SignedDuration = SignedDuration::from_hours(1);

document! { "begun":
    /// The answer of login --begin: an address to visit, and until when the login can be finished.
    #[derive(Debug)]
    pub(crate) struct BegunLogin {
        schema: json::Version,
        /// Instagram's consent page, to be visited once.
        url: String,
        expires_at: json::Instant,
    }
}

impl BegunLogin {
    pub(super) fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::write(self, out)
    }
}

/// Makes the address, and remembers what it is for.
pub(super) fn begin(args: &Args, session: &Session) -> Result<BegunLogin, Failure> {
    let scopes = args.wanted_scopes()?;
    let app = app(args, session)?;
    // A code that could not be exchanged or kept must not be asked for.
    let store = session.stores.open_for_new()?;
    drop(session.apps.secret(&app, &store)?);
    let redirect_uri = redirect::redirect_uri(args, &app)?;
    let state = redirect::new_state()?;
    let client = OAuthApp {
        id: app.id.as_str(),
        redirect_uri: redirect_uri.as_str(),
    };
    let url = session
        .instagram
        .client()?
        .authorize_url(client, &scopes, &state, args.force_reauth);
    let url = url.map_err(Failure::from)?;
    let now = session.settings.clock.started_at();
    let expires_at = now.checked_add(PENDING_LIFE).unwrap_or(now);
    let pending = PendingLogin {
        state_digest: state.digest(),
        app: app.name,
        redirect_uri: redirect_uri.to_string(),
        scopes: scopes.joined().to_owned(),
        alias: args.alias.as_ref().map(ToString::to_string),
        expect: args.expect.as_ref().map(ToString::to_string),
        expires_at,
    };
    session
        .caches()
        .open_to_write()?
        .keep_pending(&pending, now)?;
    Ok(BegunLogin {
        schema: json::SCHEMA,
        url: url.to_string(),
        expires_at: json::Instant(expires_at),
    })
}

/// Reads where the person landed and carries their code through.
pub(super) fn finish(session: &Session, store: &Store) -> Result<Connected, Failure> {
    // Hidden first: who is asked may answer at once.
    let mut lines = paste::lines(true);
    if session.console.can_ask() {
        session
            .console
            .say("Paste the address that the browser ended on and press Enter (it stays hidden).");
    }
    session.runtime.run(async {
        let line = lines.next().await.ok_or_else(|| {
            Failure::new(Kind::Usage, "there is no address on stdin")
                .hint("Give it the address that the browser ended on, in one line")
        })?;
        let cache = session.caches().open_to_write()?;
        let pending = found(&cache, &line, session.settings.clock.started_at())?;
        let redirect_uri: RedirectUri = pending.redirect_uri.parse()?;
        // Without a state the line is a bare code, and which login it belongs to is certain all the same.
        let state = OAuthState::in_pasted(&line).map_or_else(redirect::new_state, Ok)?;
        let code = match parse_pasted(&line, redirect_uri.url(), &state) {
            Err(why) => return Err(Failure::new(Kind::Usage, wait::not_it(why))),
            Ok(AuthorizationResponse::Denied(denial)) => {
                cache.take_pending(&pending.state_digest)?;
                return Err(wait::denied(&denial));
            }
            Ok(AuthorizationResponse::Code(code)) => code,
        };
        if !cache.take_pending(&pending.state_digest)? {
            return Err(unknown());
        }
        let app = session
            .apps
            .find(named(&pending.app))?
            .ok_or_else(|| Failure::no_app(Some(&pending.app)))?;
        let secret = session.apps.secret(&app, store)?;
        let scopes = Scopes::parse(&pending.scopes)?;
        let exchange = Exchange {
            client: OAuthApp {
                id: app.id.as_str(),
                redirect_uri: redirect_uri.as_str(),
            },
            secret: &secret,
            scopes: &scopes,
        };
        let alias = pending.alias.as_deref().map(str::parse).transpose()?;
        let expect = pending.expect.as_deref().map(str::parse).transpose()?;
        let welcome = LoginOptions {
            app: &app.name,
            alias: alias.as_ref(),
            expect: expect.as_ref(),
            store,
        };
        finish_login(
            session,
            &session.instagram.client()?,
            &exchange,
            &welcome,
            code,
        )
        .await
    })
}

/// The pending login that a line answers: by its state, or the only one there is for a bare code.
fn found(cache: &Cache, line: &str, now: Timestamp) -> Result<PendingLogin, Failure> {
    let mut pending = cache.pending(now)?;
    match OAuthState::in_pasted(line) {
        Some(state) => {
            let digest = state.digest();
            pending
                .into_iter()
                .find(|login| login.state_digest == digest)
                .ok_or_else(unknown)
        }
        None if pending.len() == 1 => pending.pop().ok_or_else(unknown),
        None if pending.is_empty() => Err(unknown()),
        None => Err(Failure::new(
            Kind::Usage,
            "several logins wait, and a bare code does not say for which it is",
        )
        .hint("Give the whole address that the browser ended on")),
    }
}

fn unknown() -> Failure {
    Failure::new(
        Kind::Unfinished,
        "no login that was begun here waits for this answer",
    )
    .cause("each answer is good once, within an hour")
    .hint("Begin again: igconnect login --begin")
}

/// Apps of the environment and of the sandbox have no name to look up.
fn named(app: &str) -> Option<&str> {
    (!matches!(app, "environment" | "sandbox")).then_some(app)
}
