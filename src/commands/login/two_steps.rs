//! A login in two commands: the first prints an address for the owner of the account, the second takes the address that
//! the browser ended on. In between, only the digest of the state is stored.

use jiff::{SignedDuration, Timestamp};

use super::browser_login::{exchange_and_store, find_app};
use super::command::Args;
use super::paste::PastedLines;
use super::report::Report;
use super::{paste, redirect, wait};
use crate::account::{AuthorizationResponse, OAuthState, Scopes, parse_pasted};
use crate::cache::{Cache, PendingLogin};
use crate::failure::{Failure, Kind};
use crate::flows::{Connected, Exchange, LoginOptions};
use crate::output::json;
use crate::session::Session;
use crate::settings::RedirectUri;
use crate::store::Store;

/// Instagram's codes work for one hour, so waiting longer is useless (Instagram API, "Business Login").
const PENDING_LIFETIME: SignedDuration = SignedDuration::from_hours(1);

document! { "begun":
    /// The answer of login --begin: an address to visit, and when the login expires.
    #[derive(Debug)]
    pub(crate) struct BegunLogin {
        schema: json::Version,
        /// Instagram's consent page, to be visited once.
        pub(super) url: String,
        expires_at: json::Instant,
    }
}

pub(super) fn begin(args: &Args, session: &Session) -> Result<Report, Failure> {
    let scopes = args.requested_scopes()?;
    let Some(app) = find_app(args, session)? else {
        return Ok(Report::Later);
    };
    // A code that could not be exchanged or stored must not be requested.
    let store = session.stores.open_for_new()?;
    drop(session.apps.secret(&app, &store)?);
    let redirect_uri = redirect::choose_redirect_uri(args, &app)?;
    let state = redirect::new_state()?;
    let client = redirect::oauth_app(&app, &redirect_uri);
    let instagram = session.instagram.client()?;
    let url = instagram.authorize_url(client, &scopes, &state, args.force_reauth)?;
    let now = session.settings.clock.started_at();
    let expires_at = now.checked_add(PENDING_LIFETIME).unwrap_or(now);
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
    Ok(Report::Begun(BegunLogin {
        schema: json::SCHEMA,
        url: url.to_string(),
        expires_at: json::Instant(expires_at),
    }))
}

/// Also returns what reads stdin.
pub(super) fn finish(
    session: &Session,
    store: &Store,
) -> Result<(Connected, Option<PastedLines>), Failure> {
    // Hides the input before the question, because an answer may come at once.
    let mut lines = paste::read_lines(true);
    if session.console.can_ask() {
        session
            .console
            .say("Paste the address that the browser ended on and press Enter. It contains ?code= and stays hidden.");
    }
    session.runtime.run(async {
        let line = lines.next().await.ok_or_else(|| {
            Failure::new(Kind::Usage, "stdin contains no address")
                .hint("Pass the address that the browser ended on, in one line")
        })?;
        let cache = session.caches().open_to_write()?;
        let pending = find_pending(&cache, &line, session.settings.clock.started_at())?;
        let redirect_uri: RedirectUri = pending.redirect_uri.parse()?;
        // A line without a state is a bare code, whose login was found without one. Any state will do.
        let state = OAuthState::in_pasted(&line).map_or_else(redirect::new_state, Ok)?;
        let code = match parse_pasted(&line, redirect_uri.url(), &state) {
            Err(reason) => return Err(Failure::new(Kind::Usage, wait::explain_ignored(reason))),
            Ok(AuthorizationResponse::Denied(denial)) => {
                cache.take_pending(&pending.state_digest)?;
                return Err(wait::denied(&denial));
            }
            Ok(AuthorizationResponse::Code(code)) => code,
        };
        // Before the exchange, so that of two runs with the same address only one exchanges the code.
        if !cache.take_pending(&pending.state_digest)? {
            return Err(unknown_login());
        }
        // The apps of the environment and of the sandbox have no name in the configuration.
        let name = Some(&*pending.app).filter(|name| !matches!(*name, "environment" | "sandbox"));
        let app = session.apps.find(name)?;
        let app = app.ok_or_else(|| Failure::no_app(Some(&pending.app)))?;
        let secret = session.apps.secret(&app, store)?;
        let scopes = Scopes::parse(&pending.scopes)?;
        let exchange = Exchange {
            client: redirect::oauth_app(&app, &redirect_uri),
            secret: &secret,
            scopes: &scopes,
        };
        let alias = pending.alias.as_deref().map(str::parse).transpose()?;
        let expect = pending.expect.as_deref().map(str::parse).transpose()?;
        let options = LoginOptions {
            app: &app.name,
            alias: alias.as_ref(),
            expect: expect.as_ref(),
            store,
        };
        let instagram = session.instagram.client()?;
        let spinner = session.console.spinner();
        let confirm = async |_: &_| true;
        let connected = exchange_and_store(
            session, &instagram, &exchange, &options, code, &spinner, confirm,
        );
        Ok((connected.await?, Some(lines)))
    })
}

/// Finds the pending login by the state in a line. For a bare code, there must be only one.
fn find_pending(cache: &Cache, line: &str, now: Timestamp) -> Result<PendingLogin, Failure> {
    let mut pending = cache.pending(now)?;
    match OAuthState::in_pasted(line) {
        Some(state) => {
            let digest = state.digest();
            pending.retain(|login| login.state_digest == digest);
        }
        None if pending.len() > 1 => {
            let message =
                "several logins are pending, and a bare code does not say which one it is for";
            return Err(Failure::new(Kind::Usage, message)
                .hint("Pass the whole address that the browser ended on"));
        }
        None => {}
    }
    pending.pop().ok_or_else(unknown_login)
}

fn unknown_login() -> Failure {
    Failure::new(Kind::Unfinished, "no pending login belongs to this address")
        .cause("each address works once, within an hour")
        .hint("Start again: igconnect login --begin")
}
