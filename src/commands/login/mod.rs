//! `login`: an account is connected, from the browser to the store.
//!
//! `browser_login` is the login through a browser: `redirect` says where the answer can arrive, `wait` waits for it, `browser` and
//! `paste` are the two ways to a person. `two_steps` is a login in two calls, `dashboard_token` one without a browser.

mod browser;
mod browser_login;
mod dashboard_token;
mod instructions;
mod machine_kind;
mod paste;
mod redirect;
mod report;
mod two_steps;
mod wait;

#[cfg(test)]
pub(super) use two_steps::BegunLogin;

use std::path::PathBuf;

use jiff::SignedDuration;

use crate::account::{Alias, Scopes, Selector};
use crate::failure::Failure;
use crate::session::Session;

use browser_login::LoginPlan;
pub(crate) use report::{ConnectedAccount, Report};

/// Connect an Instagram account through the browser
///
/// Opens Instagram's consent page, takes the answer on a listener of this machine (https://localhost:8723/callback,
/// which must be registered with your Meta app), exchanges it for a token of 60 days, keeps that in the keyring and
/// the profile in the local cache. On another machine than the browser's, paste the address it ends on.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect login
  igconnect login --as shop --expect @wreckshop.records
  igconnect login --no-browser           print the address instead of opening it
  igconnect login --begin --as shop      print an address for the owner to visit
  igconnect login --finish < address     finish with the address they sent back
  pbpaste | igconnect login --with-token
  igconnect --sandbox login              try it without a Meta app")]
pub(crate) struct Args {
    /// A name of your own for the account
    #[arg(long = "as", value_name = "ALIAS")]
    alias: Option<Alias>,
    /// The only account that is welcome; with any other nothing is stored
    #[arg(long, value_name = "ACCOUNT")]
    expect: Option<Selector>,
    /// The app to log in through
    #[arg(long, value_name = "NAME")]
    app: Option<String>,
    /// A permission to ask for (repeat for more); instagram_business_basic always is
    #[arg(long = "scope", value_name = "SCOPE", value_delimiter = ',')]
    scopes: Vec<String>,
    /// Let Instagram ask for the password, and so for another account than the browser's
    #[arg(long)]
    force_reauth: bool,
    /// Print the address instead of opening a browser
    #[arg(long)]
    no_browser: bool,
    /// The browser's command; %s stands for the address
    #[arg(long, value_name = "CMD", conflicts_with = "no_browser")]
    browser: Option<String>,
    /// The redirect URI, if not that of the app
    #[arg(long, value_name = "URI")]
    redirect_uri: Option<String>,
    /// The listener's port, if not 8723; with a --redirect-uri elsewhere, the port mapped to it
    #[arg(long, value_parser = crate::settings::parse_port)]
    port: Option<u16>,
    /// The listener's own certificate, PEM, such as one made by mkcert; with --key
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// The key of --cert, PEM, readable by you alone
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// Show the address as a QR code too, for a phone
    #[arg(long)]
    qr: bool,
    /// Read a token from stdin instead, as the App Dashboard's "Generate token" makes it
    #[arg(long, conflicts_with_all = ["begin", "finish", "no_browser", "browser", "scopes", "force_reauth"])]
    with_token: bool,
    /// Only print the address to visit, as JSON; --finish does the rest, here, within an hour
    #[arg(long, conflicts_with_all = ["finish", "no_browser", "browser"])]
    begin: bool,
    /// Finish a login that --begin began: reads the address that the browser ended on from stdin
    #[arg(long, conflicts_with_all = ["no_browser", "browser", "scopes", "force_reauth", "alias", "expect"])]
    finish: bool,
    /// How long to wait for the answer
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = crate::settings::parse_duration)]
    timeout: SignedDuration,
}

/// Connects an account, in the way that was asked for.
pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    if args.begin {
        return two_steps::begin(args, session).map(Report::BegunLogin);
    }
    let browser = (!args.with_token && !args.finish).then(|| LoginPlan::of(args, session));
    let browser = browser.transpose()?;
    // Before anything is asked of Instagram: a token that could not be kept must not be issued.
    let store = session.stores.open_for_new()?;
    // Nor one that could not be recorded.
    drop(session.caches().open_to_read()?);
    let connected = match browser {
        Some(plan) => browser_login::connect(args, session, &store, &plan)?,
        None if args.with_token => dashboard_token::connect(args, session, &store)?,
        None => two_steps::finish(session, &store)?,
    };
    if let Some(former) = &connected.former {
        session.console.warn(format!(
            "the former token of {} could not be deleted from {}; the next refresh tries again",
            connected.account.title(),
            former
        ));
    }
    for scope in &connected.missing {
        session.console.warn(format!(
            "the permission {scope} was asked for and not granted"
        ));
    }
    Ok(Report::Connected(Box::new(ConnectedAccount {
        account: connected.account,
        redirect: store.kind().description(),
        me: session.settings.world.command(),
        now: session.settings.clock.now(),
    })))
}

impl Args {
    fn wanted_scopes(&self) -> Result<Scopes, Failure> {
        let named = self.scopes.iter().map(String::as_str);
        Ok(Scopes::collect(
            std::iter::once(Scopes::BASIC).chain(named),
        )?)
    }
}
