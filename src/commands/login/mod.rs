//! `login`: an account is connected, from the browser to the store.
//!
//! `place` says where the answer can arrive, `wait` waits for it, `browser` and `paste` are the two ways to a person;
//! `handoff` is a login in two calls, `dashboard_token` one without a browser.

mod browser;
mod dashboard_token;
mod handoff;
mod invitation;
mod paste;
mod place;
mod surroundings;
mod wait;

use std::io::{self, Write};
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};

use super::{Context, app_setup};
use crate::account::{
    Account, Alias, AuthorizationCode, REFRESH_WINDOW, Scopes, Selector, store_name,
};
use crate::callback::Outcome;
use crate::failure::Failure;
use crate::flows::{self, Connected, Exchange, Step, Welcome};
use crate::instagram::{Client, Instagram};
use crate::output::{self, Page, Report, json};
use crate::settings::App;
use crate::vault::Vault;

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
  igconnect login --begin --as shop      JSON with the address to send to the account's owner
  igconnect login --finish < address     what the owner sent back
  pbpaste | igconnect login --with-token
  igconnect --sandbox login              try it, without a Meta app or an Instagram account")]
pub struct Args {
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
    #[arg(long, value_parser = super::port)]
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
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = super::duration)]
    timeout: SignedDuration,
}

/// What a login ends with.
pub enum Answer {
    /// An account.
    Connected(Box<Card>),
    /// An address to visit, of a login that is to be finished.
    Begun(handoff::Begun),
}

/// The connected account, and where its token is.
pub struct Card {
    account: Account,
    place: String,
    me: &'static str,
    now: Timestamp,
}

/// Connects an account, in the way that was asked for.
pub fn run(args: &Args, context: &Context) -> Result<Answer, Failure> {
    if args.begin {
        return handoff::begin(args, context).map(Answer::Begun);
    }
    let browser = (!args.with_token && !args.finish).then(|| Plan::of(args, context));
    let browser = browser.transpose()?;
    // Before anything is asked of Instagram: a token that could not be kept must not be issued.
    let vault = context.vault_for_new()?;
    // Nor one that could not be recorded.
    drop(context.cache_to_read()?);
    let connected = match browser {
        Some(plan) => through_browser(args, context, &vault, &plan)?,
        None if args.with_token => dashboard_token::connect(args, context, &vault)?,
        None => handoff::finish(context, &vault)?,
    };
    if let Some(former) = &connected.former {
        context.console.warn(format!(
            "the former token of {} could not be deleted from {}; the next refresh tries again",
            connected.account.title(),
            store_name(former)
        ));
    }
    for scope in &connected.missing {
        context.console.warn(format!(
            "the permission {scope} was asked for and not granted"
        ));
    }
    Ok(Answer::Connected(Box::new(Card {
        account: connected.account,
        place: vault.kind().to_string(),
        me: context.settings.world.command(),
        now: context.settings.clock.later(),
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

/// What a login through the browser is to be. What is wrong with it is said before anything is tried.
struct Plan {
    scopes: Scopes,
    app: App,
    place: place::Place,
}

impl Plan {
    fn of(args: &Args, context: &Context) -> Result<Self, Failure> {
        let scopes = args.wanted_scopes()?;
        let app = app(args, context)?;
        let place = place::Place::of(args, &app, context)?;
        Ok(Self { scopes, app, place })
    }
}

fn through_browser(
    args: &Args,
    context: &Context,
    vault: &Vault,
    plan: &Plan,
) -> Result<Connected, Failure> {
    let Plan { scopes, app, place } = plan;
    let secret = context.app_secret(app, vault)?;
    context.run(async {
        let instagram = context.instagram()?;
        let visit = place
            .open(app, &instagram, scopes, args.force_reauth)
            .await?;
        let (code, visit) = wait::for_code(args, context, visit).await?;
        let redirect_uri = visit.redirect_uri.as_str();
        let exchange = Exchange {
            client: Client {
                id: app.id.as_str(),
                redirect_uri,
            },
            secret: &secret,
            scopes,
        };
        let (alias, expect) = (args.alias.as_ref(), args.expect.as_ref());
        let welcome = Welcome {
            app: &app.name,
            alias,
            expect,
        };
        let connected = carry(context, vault, &instagram, &exchange, &welcome, code).await;
        let outcome = if connected.is_ok() {
            Outcome::Connected
        } else {
            Outcome::Failed
        };
        visit.finish(outcome).await;
        connected
    })
}

/// Carries a code through to a stored account.
async fn carry(
    context: &Context,
    vault: &Vault,
    instagram: &Instagram,
    exchange: &Exchange<'_>,
    welcome: &Welcome<'_>,
    code: AuthorizationCode,
) -> Result<Connected, Failure> {
    let bench = context.workbench(vault)?;
    let parts = bench.parts();
    let tell = |step| context.console.detail(sentence(step));
    let connected = flows::connect(&parts, instagram, exchange, welcome, code, tell).await;
    connected.map_err(Failure::of_login)
}

fn app(args: &Args, context: &Context) -> Result<App, Failure> {
    if let Some(app) = context.app(args.app.as_deref())? {
        return Ok(app);
    }
    if !context.console.can_ask() {
        return Err(Failure::no_app(args.app.as_deref()));
    }
    context
        .console
        .say("No Meta app is set up yet; that comes first.");
    let app = app_setup::add(
        context,
        app_setup::Said {
            name: args.app.as_deref(),
            ..Default::default()
        },
    )?;
    context.console.say(app_setup::next_steps(&app));
    let prompt = "Registered there? Then the login can begin";
    match dialoguer::Confirm::new()
        .with_prompt(prompt)
        .default(true)
        .interact()
    {
        Ok(true) => Ok(app),
        _ => Err(Failure::new(
            crate::failure::Kind::Unfinished,
            "the app is added, the login was not begun",
        )
        .hint("Register the redirect URI, then: igconnect login")),
    }
}

fn sentence(step: Step) -> &'static str {
    match step {
        Step::Exchanging => "Exchanging the code for a token of one hour …",
        Step::Extending => "Exchanging that for a token of 60 days …",
        Step::Asking => "Asking Instagram who it belongs to …",
        Step::Storing => "Storing it …",
    }
}

impl Report for Answer {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Begun(begun) => begun.json(out).and_then(|()| writeln!(out)),
            Self::Connected(card) => {
                let condition = card.account.condition(card.now, REFRESH_WINDOW);
                output::account::card(&card.account, condition, card.now, &card.place)
                    .write(page, out)
            }
        }
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Begun(begun) => begun.json(out),
            Self::Connected(card) => {
                let condition = card.account.condition(card.now, REFRESH_WINDOW);
                let account = json::AccountJson::new(&card.account, condition, card.now);
                json::write(&json::Accounts::new(vec![account]), out)
            }
        }
    }

    fn afterword(&self) -> Option<String> {
        let Self::Connected(card) = self else {
            return None;
        };
        let Card { me, account, .. } = &**card;
        let first = match account.expires_at {
            Some(_) => format!("Keep it alive with {me} refresh --all, once a day."),
            None => format!(
                "Nobody said when this token ends: {me} refresh reveals it, once the token is a day old."
            ),
        };
        Some(format!("{first} Use it with {me} token."))
    }

    fn is_data(&self) -> bool {
        matches!(self, Self::Begun(_))
    }
}
