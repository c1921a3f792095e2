//! The apps, as `app add`, `list` and `remove` show them.

use std::io::{self, Write};

use crate::account::Untrusted;
use crate::output::{Column, Page, Render, Table, json};
use crate::settings::App;

/// Apps, and what was done to them.
pub(crate) struct AppList {
    pub(super) apps: Vec<App>,
    pub(super) done: Option<&'static str>,
}

document! {
    pub(in crate::commands) struct AppsJson<'a> {
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

impl Render for AppList {
    fn human(&self, page: &Page, out: &mut dyn Write) -> io::Result<()> {
        // Names are in a file that people edit, so they may contain anything.
        if let (Some(done), [app]) = (self.done, self.apps.as_slice()) {
            let name = Untrusted::new(&*app.name);
            return writeln!(out, "{done} app {name} with Instagram App ID {}", app.id);
        }
        if self.apps.is_empty() {
            return Ok(());
        }
        let mut table = Table::new([
            Column::new("app").cut(),
            Column::new("Instagram App ID"),
            Column::new("redirect URI"),
        ]);
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
        let (schema, apps) = (json::SCHEMA, apps.collect());
        json::write(&AppsJson { schema, apps }, out)
    }

    fn is_message(&self) -> bool {
        self.done.is_some()
    }
}
