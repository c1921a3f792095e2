//! The flags of `login`, and which way a login takes.

use std::path::PathBuf;

use jiff::SignedDuration;

use super::daily_refresh::NextDailyRefresh;
use super::redirect::LoginPlan;
use super::report::{ConnectedAccount, Report};
use super::{browser_login, dashboard_token, two_steps};
use crate::account::{Alias, REFRESH_WINDOW, Scopes, Selector};
use crate::failure::Failure;
use crate::session::Session;

/// Connect an Instagram account through the browser
///
/// Opens Instagram's consent page and waits for the answer on this machine, at https://localhost:8723/callback. This
/// redirect URI must be registered in your Meta app. The answer is exchanged for a token of 60 days, which is stored in
/// the keyring by default.
///
/// If your browser is on another machine, paste the address that it ends on.
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
    /// Give the account an alias
    #[arg(long = "as", value_name = "ALIAS")]
    pub(super) alias: Option<Alias>,
    /// Fail unless this account logs in
    #[arg(long, value_name = "ACCOUNT")]
    pub(super) expect: Option<Selector>,
    /// Log in through this app
    #[arg(long, value_name = "NAME")]
    pub(super) app: Option<String>,
    /// Ask for this permission besides instagram_business_basic (repeatable)
    #[arg(long = "scope", value_name = "SCOPE", value_delimiter = ',')]
    scopes: Vec<String>,
    /// Make Instagram ask for the password, so that you can choose another account
    #[arg(long)]
    pub(super) force_reauth: bool,
    /// Print the address instead of opening a browser
    #[arg(long)]
    pub(super) no_browser: bool,
    /// Open the browser with this command; %s is replaced by the address of a private page
    #[arg(long, value_name = "CMD", conflicts_with = "no_browser")]
    pub(super) browser: Option<String>,
    /// Use this redirect URI instead of the app's
    #[arg(long, value_name = "URI")]
    pub(super) redirect_uri: Option<String>,
    /// Listen on this port instead of 8723, for example the one that --redirect-uri is mapped to
    #[arg(long, value_parser = crate::settings::parse_port)]
    pub(super) port: Option<u16>,
    /// Use this certificate for the listener (PEM), for example from mkcert
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(super) cert: Option<PathBuf>,
    /// The private key of --cert (PEM), readable only by you
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub(super) key: Option<PathBuf>,
    /// Also show the address as a QR code, for a phone
    #[arg(long)]
    pub(super) qr: bool,
    /// Read a token from stdin, made by "Generate token" in the App Dashboard
    #[arg(long, conflicts_with_all = ["begin", "finish", "no_browser", "browser", "scopes", "force_reauth"])]
    with_token: bool,
    /// Only print the address to visit, as JSON; finish within an hour with --finish
    #[arg(long, conflicts_with_all = ["finish", "no_browser", "browser"])]
    begin: bool,
    /// Finish a login of --begin: read the address that the browser ended on from stdin
    #[arg(long, conflicts_with_all = ["no_browser", "browser", "scopes", "force_reauth", "alias", "expect"])]
    finish: bool,
    /// How long to wait for the answer
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = crate::settings::parse_duration)]
    pub(super) timeout: SignedDuration,
}

impl Args {
    /// The named scopes, and the one that every login needs.
    pub(super) fn requested_scopes(&self) -> Result<Scopes, Failure> {
        let named = self.scopes.iter().map(String::as_str);
        let all = std::iter::once(Scopes::BASIC).chain(named);
        Ok(Scopes::collect(all)?)
    }
}

pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    if args.begin {
        return two_steps::begin(args, session);
    }
    let is_by_browser = !args.with_token && !args.finish;
    let plan = match is_by_browser
        .then(|| LoginPlan::new(args, session))
        .transpose()?
    {
        Some(None) => return Ok(Report::Later),
        plan => plan.flatten(),
    };
    // Before Instagram is asked for anything: a token that cannot be stored or recorded must not be issued.
    let store = session.stores.open_for_new()?;
    let cache = session.caches().open_to_read()?;
    let is_first = cache.as_ref().map_or(Ok(0), |cache| cache.count_up_to(1))? == 0;
    drop(cache);
    let (connected, lines) = match plan {
        Some(plan) => browser_login::connect(args, session, &store, &plan)?,
        None if args.with_token => (dashboard_token::connect(args, session, &store)?, None),
        None => two_steps::finish(session, &store)?,
    };
    if let Some(former) = &connected.former {
        session.console.warn(format!(
            "could not delete the old token of {} from {former}; the next refresh tries again",
            connected.account.title(),
        ));
    }
    for scope in &connected.missing {
        let warning = format!("the permission {scope} was not granted");
        session.console.warn(warning);
    }
    let now = session.settings.clock.now();
    Ok(Report::Connected(Box::new(ConnectedAccount {
        status: connected.account.status(now, REFRESH_WINDOW),
        account: connected.account,
        store: store.kind().description(),
        daily_refresh: NextDailyRefresh::after_login(session, is_first, lines),
        now,
    })))
}
