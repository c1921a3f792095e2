//! The certificate of the login listener, as commands open it.

use std::path::Path;

use super::assembly::Session;
use crate::callback::Certificate;
use crate::failure::Failure;

impl Session {
    /// Opens or makes the certificate in `dir`. Says when that replaced one which browsers may trust.
    pub(crate) fn open_certificate(&self, dir: &Path) -> Result<Certificate, Failure> {
        let now = self.settings.clock.started_at();
        let certificate = Certificate::open_or_create(dir, now)?;
        if certificate.is_replacement {
            self.console.warn(
                "the login has a new certificate; if your browsers trusted the former one, renew that: igconnect certificate --trust",
            );
        }
        Ok(certificate)
    }
}
