//! `app`: the user's own Meta app. Its secret is in the store, the rest in `config.toml`.

mod check;

use std::io::{self, Write};

use crate::account::Untrusted;
use crate::answers::Checkup;
use crate::failure::Failure;
use crate::output::{Page, Render, Table, json};
use crate::session::Session;
use crate::session::app_setup::{self, Said};
use crate::settings::{App, Config, RedirectUri, SettingsError};
use crate::store::StoreError;

/// Set up the Meta app that logins go through
///
/// igconnect ships no app: you bring your own, made in a few minutes in the App Dashboard. The Instagram App Secret is
/// kept in the secret store, everything else in config.toml.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  igconnect app add       asks for everything and says what to register
  igconnect app list
  igconnect app remove default")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Add an app, or change it: asks for Instagram App ID and Secret
    ///
    /// Without a terminal the id comes from --id or IGCONNECT_APP_ID, the secret from IGCONNECT_APP_SECRET,
    /// IGCONNECT_APP_SECRET_FILE or one line on stdin. Prints the redirect URI to register.
    #[command(after_long_help = "\
Examples:
  igconnect app add
  pass show meta/secret | igconnect app add --id 1234567890123456")]
    Add {
        /// What to call it
        #[arg(default_value = "default")]
        name: String,
        /// The Instagram App ID
        #[arg(long)]
        id: Option<String>,
        /// The redirect URI, if not https://localhost:8723/callback
        #[arg(long, value_name = "URI")]
        redirect_uri: Option<String>,
    },
    /// List the apps that are set up
    List,
    /// Remove an app and its secret; accounts connected through it stay connected
    Remove {
        /// Its name
        name: String,
    },
    /// Check an app: is it an Instagram App ID, does the secret fit, what redirect URI is sent
    ///
    /// Asks Instagram twice, with a made-up code and a made-up token, so nothing is used up. Ends with 2 when id or
    /// secret is wrong, with 3 when Instagram cannot be asked. The App Secret travels to Instagram as in a login.
    #[command(after_long_help = "\
Examples:
  igconnect app check
  igconnect app check shop --json")]
    Check {
        /// Its name; the app that a login would use where none is named
        name: Option<String>,
    },
}

/// The apps, or how one of them is.
pub(crate) enum Report {
    /// The apps, and what was done to them.
    Apps(Apps),
    /// How an app is.
    Checked(Checkup),
}

/// The apps, and what was done to them.
pub(crate) struct Apps {
    apps: Vec<App>,
    done: Option<&'static str>,
}

/// Does what was asked.
pub(crate) fn run(args: &Args, session: &Session) -> Result<Report, Failure> {
    match &args.command {
        Command::Add {
            name,
            id,
            redirect_uri,
        } => {
            let redirect_uri = redirect_uri
                .as_deref()
                .map(str::parse::<RedirectUri>)
                .transpose()?;
            let said = Said {
                name: Some(name),
                id: id.as_deref(),
                redirect_uri: redirect_uri.as_ref(),
            };
            let app = app_setup::add(session, said)?;
            session.console.say(app_setup::next_steps(&app));
            Ok(Report::Apps(Apps {
                apps: vec![app],
                done: Some("Added"),
            }))
        }
        Command::List => {
            let config = session.settings.config()?;
            let named = config
                .app_names()
                .into_iter()
                .map(|name| config.app(Some(name)));
            let apps: Vec<App> = named
                .filter_map(Result::transpose)
                .collect::<Result<_, _>>()?;
            if apps.is_empty() {
                session
                    .console
                    .say("No app is set up. Add one: igconnect app add");
            }
            Ok(Report::Apps(Apps { apps, done: None }))
        }
        Command::Remove { name } => {
            let app = session.settings.config()?.app(Some(name))?;
            let app = app.ok_or_else(|| Failure::no_app(Some(name)))?;
            remove(session, &app)?;
            Ok(Report::Apps(Apps {
                apps: vec![app],
                done: Some("Removed"),
            }))
        }
        Command::Check { name } => Ok(Report::Checked(check::run(name.as_deref(), session)?)),
    }
}

fn remove(session: &Session, app: &App) -> Result<(), Failure> {
    let path = session.settings.paths.config_file()?;
    // The secret first: a secret without its app would be forgotten in the store.
    let stores = session.stores.open_possible()?;
    for store in &stores {
        match store.delete_app_secret(app.id.as_str()) {
            Err(StoreError::Absent) if stores.len() > 1 => {}
            removed => removed?,
        }
    }
    Ok(Config::remove_app(&path, &app.name).map_err(SettingsError::from)?)
}

document! {
    pub(super) struct AppsJson<'a> {
        schema: json::Version,
        apps: Vec<AppJson<'a>>,
    }

    struct AppJson<'a> {
        name: &'a str,
        /// The Instagram App ID.
        id: &'a str,
        redirect_uri: &'a str,
    }
}

impl Render for Report {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Apps(apps) => apps.human(page, out),
            Self::Checked(checkup) => checkup.human(page, out),
        }
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Apps(apps) => apps.json(out),
            Self::Checked(checkup) => checkup.json(out),
        }
    }

    fn exit_code(&self) -> u8 {
        match self {
            Self::Apps(_) => 0,
            Self::Checked(checkup) => checkup.exit_code(),
        }
    }

    fn is_data(&self) -> bool {
        match self {
            Self::Apps(apps) => apps.is_data(),
            Self::Checked(checkup) => checkup.is_data(),
        }
    }
}

impl Render for Apps {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        if let (Some(done), [app]) = (self.done, self.apps.as_slice()) {
            return writeln!(
                out,
                "{done} app {} with Instagram App ID {}",
                Untrusted::new(&*app.name),
                app.id
            );
        }
        if self.apps.is_empty() {
            return Ok(());
        }
        let mut table = Table::new(["app", "Instagram App ID", "redirect URI"]);
        for app in &self.apps {
            let name = Untrusted::new(&*app.name).to_string();
            table.row([name, app.id.to_string(), app.redirect_uri.to_string()]);
        }
        table.write(page, out)
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let apps = self.apps.iter().map(|app| AppJson {
            name: &app.name,
            id: app.id.as_str(),
            redirect_uri: app.redirect_uri.as_str(),
        });
        json::write(
            &AppsJson {
                schema: json::SCHEMA,
                apps: apps.collect(),
            },
            out,
        )
    }

    fn is_data(&self) -> bool {
        self.done.is_none()
    }
}
