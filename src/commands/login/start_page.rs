//! The private page that leads the browser to the start address of the login.
//!
//! Invariant: every user of the machine can read the arguments of a program, so they contain the path of this page and
//! never the start address, which is as good as the `state`.

use std::path::PathBuf;

use url::Url;

use crate::failure::Failure;
use crate::private_files;
use crate::session::Session;
use crate::settings::SettingsError;

/// A file of this user alone, removed on drop.
pub(super) struct StartPage {
    path: PathBuf,
    /// Its `file:` URL.
    pub(super) url: String,
}

impl StartPage {
    /// Writes the page. Only one login can listen on `port`, so a page of its name is of a login that was killed.
    pub(super) fn write(session: &Session, port: u16, address: &str) -> Result<Self, Failure> {
        let folder = session.settings.paths.data_dir()?;
        private_files::create_private_dir(&folder)?;
        let path = std::path::absolute(folder.join(format!("login-{port}.html")));
        let path = path.map_err(|_| SettingsError::NoHome)?;
        let url = Url::from_file_path(&path).map_err(|()| SettingsError::NoHome)?;
        private_files::write_private(&path, html(address).as_bytes())?;
        Ok(Self {
            path,
            url: url.to_string(),
        })
    }
}

impl Drop for StartPage {
    fn drop(&mut self) {
        let _ = private_files::remove_private(&self.path);
    }
}

/// Works without scripts. The address is a URL, so it contains nothing that HTML would read differently.
fn html(address: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta http-equiv=\"refresh\" content=\"0;url={address}\">\n\
         <title>igconnect</title>\n<p><a href=\"{address}\">Continue to Instagram</a></p>\n</html>\n"
    )
}
