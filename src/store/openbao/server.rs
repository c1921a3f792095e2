//! A server that has let us in: who we are there, and whether it keeps what we need.

use std::time::Duration;

use super::access::Access;
use super::line::{Line, Question};
use super::problem::OpenBaoError;
use super::session::OpenBaoSession;
use super::wire::{self, Mount};
use crate::http::Reply;

/// One server.
pub(super) struct Server {
    line: Line,
    session: OpenBaoSession,
    pub(super) access: Access,
}

impl Server {
    /// Finds the server, logs in, and makes sure that the mount is a KV engine of version 2. A call takes no longer than
    /// `limit`.
    pub(super) fn connect(mut access: Access, limit: Duration) -> Result<Self, OpenBaoError> {
        let line = Line::open(&mut access, limit)?;
        let session = OpenBaoSession::open(&line, &access.login)?;
        let server = Self {
            line,
            session,
            access,
        };
        server.check_mount()?;
        Ok(server)
    }

    /// Whoever may do anything at a mount may know what it is.
    fn check_mount(&self) -> Result<(), OpenBaoError> {
        let engine = ["sys", "internal", "ui", "mounts"].into_iter();
        let engine = Question::get(engine.chain(self.access.mount.split('/')));
        let reply = match self.ask(&engine) {
            Ok(Some(reply)) => reply,
            Ok(None) => return Err(OpenBaoError::NoMount),
            Err(OpenBaoError::Denied) if self.session.is_doubtful() => {
                return Err(OpenBaoError::BadToken);
            }
            Err(error) => return Err(error),
        };
        let found: Mount = wire::data(&reply)?;
        let version = found.options.map(|options| options.version);
        match (found.kind.as_str(), version.as_deref()) {
            ("kv", Some("2")) => Ok(()),
            _ => Err(OpenBaoError::NotVersion2),
        }
    }

    /// A path of the KV engine: `part` is `data` or `metadata`; then the folder, and where one is meant the name.
    pub(super) fn kv<'a>(
        &'a self,
        part: &'a str,
        name: Option<&'a str>,
    ) -> impl Iterator<Item = &'a str> {
        let folder = self.access.path.split('/');
        let mount = self.access.mount.split('/');
        mount.chain([part]).chain(folder).chain(name)
    }

    /// Asks as whoever we are. `None` is that nothing is there. A token that ended in the meantime is replaced once.
    pub(super) fn ask(&self, question: &Question<'_>) -> Result<Option<Reply>, OpenBaoError> {
        self.session.keep_alive(&self.line, &self.access.login)?;
        let token = self.session.token();
        match self.line.ask(question, Some(&token)) {
            Err(OpenBaoError::Denied) => {
                self.session.refused(&self.line, &self.access.login)?;
                self.line.ask(question, Some(&self.session.token()))
            }
            answered => answered,
        }
    }

    /// What is to be done now and then while nobody asks anything.
    pub(super) fn idle(&self) -> Result<(), OpenBaoError> {
        self.session.keep_alive(&self.line, &self.access.login)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.session.close(&self.line);
    }
}
