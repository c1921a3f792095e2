//! `login`: an account is connected, from the browser to the store.
//!
//! `place` says where the answer can arrive, `wait` waits for it, `browser` and `paste` are the two ways to a person.

mod browser;
mod paste;
mod place;
mod wait;

use std::io::{self, Write};

use jiff::{SignedDuration, Timestamp};

use super::{Context, app_setup};
use crate::account::{Account, Alias, AppSecret, REFRESH_WINDOW, Scopes, Selector};
use crate::callback::Outcome;
use crate::failure::Failure;
use crate::flows::{self, Connected, Parts, Step};
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
    /// How long to wait for the answer
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = super::duration)]
    timeout: SignedDuration,
}

/// The connected account.
pub struct Answer {
    account: Account,
    place: &'static str,
    now: Timestamp,
}

/// Connects an account.
pub fn run(args: &Args, context: &Context) -> Result<Answer, Failure> {
    let scopes = Scopes::collect(
        std::iter::once(Scopes::BASIC).chain(args.scopes.iter().map(String::as_str)),
    )?;
    let app = app(args, context)?;
    // Before anything is asked of Instagram: a token that could not be kept must not be issued.
    let vault = context.vault_for_new()?;
    let secret = context.app_secret(&app, &vault)?;
    // Nor one that could not be recorded.
    drop(context.cache_to_read()?);
    let place = place::Place::of(args, &app, context)?;
    let connected = context.run(connect(
        args, context, &place, &app, &secret, &scopes, &vault,
    ))?;
    for scope in &connected.missing {
        context.console.warn(format!(
            "the permission {scope} was asked for and not granted"
        ));
    }
    let me = context.settings.world.command();
    context.console.say(format!(
        "Connected {}. Keep it so: {me} refresh --all, once a day. Use it: {me} token",
        connected.account.title()
    ));
    let now = context.settings.clock.later();
    Ok(Answer {
        account: connected.account,
        place: vault.kind().place(),
        now,
    })
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

/// Waits for the answer, carries it through, and shows the browser how it ended.
async fn connect(
    args: &Args,
    context: &Context,
    place: &place::Place,
    app: &App,
    secret: &AppSecret,
    scopes: &Scopes,
    vault: &Vault,
) -> Result<Connected, Failure> {
    let instagram = context.instagram()?;
    let visit = place
        .open(app, &instagram, scopes, args.force_reauth)
        .await?;
    let (code, visit) = wait::for_code(args, context, visit).await?;
    let mut cache = context.cache_to_write()?;
    let locks = context.settings.paths.locks()?;
    let login = flows::Login {
        app,
        secret,
        redirect_uri: visit.redirect_uri.as_str(),
        scopes,
        alias: args.alias.as_ref(),
        expect: args.expect.as_ref(),
    };
    let clock = &context.settings.clock;
    let mut parts = Parts {
        vault,
        cache: &mut cache,
        locks: &locks,
        clock,
    };
    let tell = |step| context.console.detail(sentence(step));
    let connected = flows::connect(&mut parts, &instagram, &login, code, tell).await;
    let outcome = if connected.is_ok() {
        Outcome::Connected
    } else {
        Outcome::Failed
    };
    visit.finish(outcome).await;
    connected.map_err(Failure::of_login)
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
        let condition = self.account.condition(self.now, REFRESH_WINDOW);
        output::account::card(&self.account, condition, self.now, self.place).write(page, out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let condition = self.account.condition(self.now, REFRESH_WINDOW);
        let account = json::AccountJson::new(&self.account, condition, self.now);
        json::write(&json::Accounts::new(vec![account]), out)
    }
}
