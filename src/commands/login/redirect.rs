//! Where the answer can arrive: on our own listener, on a port that somebody's tunnel leads to, or only by paste.

use std::path::PathBuf;

use jiff::Timestamp;
use ring::rand::{SecureRandom, SystemRandom};
use url::Url;

use super::Args;
use crate::account::{AuthorizationResponse, IgnoreReason, OAuthState, Scopes, parse_pasted};
use crate::callback::{
    ActiveListener, Certificate, ExpectedCallback, Listener, LoginOutcome, Transport,
};
use crate::failure::{Failure, Kind};
use crate::instagram::{Instagram, OAuthApp};
use crate::session::Session;
use crate::settings::{App, Clock, RedirectUri};

/// The place, before anything is opened there.
pub(super) struct RedirectTarget {
    redirect_uri: RedirectUri,
    listen_on: Option<u16>,
    certificate: Option<CertificateSource>,
    clock: Clock,
}

/// Our own certificate, or files of the person's.
enum CertificateSource {
    Own(PathBuf),
    Files { certificate: PathBuf, key: PathBuf },
}

/// An open place: the addresses to visit, and the listener if there is one.
pub(super) struct OpenLogin {
    /// The redirect URI as Instagram is told it.
    pub(super) redirect_uri: RedirectUri,
    /// Instagram's consent page. It holds the `state`: for a terminal, never for an argument list.
    pub(super) authorize_url: Url,
    /// The fingerprint of our own certificate, where the browser will warn about it.
    pub(super) fingerprint: Option<String>,
    /// Our own certificate, for the person that the sandbox plays.
    pub(super) certificate_pem: Option<String>,
    source: AnswerSource,
}

enum AnswerSource {
    Listener(Box<ActiveListener>),
    PasteOnly(OAuthState),
}

impl CertificateSource {
    fn open(&self, now: Timestamp) -> Result<Certificate, Failure> {
        Ok(match self {
            Self::Own(dir) => Certificate::open_or_create(dir, now)?,
            Self::Files { certificate, key } => Certificate::from_files(certificate, key)?,
        })
    }
}

impl RedirectTarget {
    /// Decides by the flags and the app; opens nothing.
    pub(super) fn of(args: &Args, app: &App, session: &Session) -> Result<Self, Failure> {
        let redirect_uri = redirect_uri(args, app)?;
        let listen_on = redirect_uri.loopback_port().or(args.port).or_else(|| {
            args.cert
                .as_ref()
                .and(redirect_uri.url().port_or_known_default())
        });
        if let (Some(here), Some(port)) = (redirect_uri.loopback_port(), args.port)
            && here != port
        {
            return Err(Failure::new(
                Kind::Usage,
                "--port and the port of --redirect-uri differ",
            ));
        }
        if listen_on == Some(0) && session.settings.world.is_real() {
            return Err(Failure::new(
                Kind::Usage,
                "port 0 means any port, and Instagram knows only a registered one",
            )
            .hint("Leave --port out, or name the port of a registered redirect URI"));
        }
        if listen_on.is_none() && !session.console.can_ask() {
            return Err(Failure::unasked(
                "the redirect URI leads elsewhere and the address it ends on has to be pasted",
                "--port, the port of this machine that is mapped to it",
            ));
        }
        let certificate = match (&args.cert, &args.key) {
            (Some(certificate), Some(key)) => Some(CertificateSource::Files {
                certificate: certificate.clone(),
                key: key.clone(),
            }),
            _ if redirect_uri.loopback_port().is_some() => Some(CertificateSource::Own(
                session.settings.paths.certificate()?,
            )),
            _ => None,
        };
        Ok(Self {
            redirect_uri,
            listen_on,
            certificate,
            clock: session.settings.clock.clone(),
        })
    }

    /// Binds first, then makes the addresses.
    pub(super) async fn open(
        &self,
        app: &App,
        instagram: &Instagram,
        scopes: &Scopes,
        force_reauth: bool,
    ) -> Result<OpenLogin, Failure> {
        let state = new_state()?;
        let certificate = match (&self.certificate, self.listen_on) {
            (Some(source), Some(_)) => Some(source.open(self.clock.started_at())?),
            _ => None,
        };
        let fingerprint = certificate
            .as_ref()
            .map(|certificate| certificate.fingerprint().to_owned());
        let certificate_pem = certificate
            .as_ref()
            .map(|certificate| certificate.pem().to_owned());
        let listener = match self.listen_on {
            Some(port) => Some(
                Listener::bind(port, certificate.map_or(Transport::Plain, Transport::Tls)).await?,
            ),
            None => None,
        };
        let redirect_uri = match &listener {
            Some(listener) if self.listen_on == Some(0) => RedirectUri::on_port(listener.port())?,
            _ => self.redirect_uri.clone(),
        };
        let client = OAuthApp {
            id: app.id.as_str(),
            redirect_uri: redirect_uri.as_str(),
        };
        let authorize_url = instagram.authorize_url(client, scopes, &state, force_reauth)?;
        let source = match listener {
            None => AnswerSource::PasteOnly(state),
            Some(listener) => AnswerSource::Listener(Box::new(listener.start(ExpectedCallback {
                authority: redirect_uri.authority(),
                callback_path: redirect_uri.url().path().to_owned(),
                state,
                start: data_encoding::BASE64URL_NOPAD.encode(&random::<16>()?),
                authorize_url: authorize_url.clone(),
            }))),
        };
        Ok(OpenLogin {
            redirect_uri,
            authorize_url,
            fingerprint,
            certificate_pem,
            source,
        })
    }
}

impl OpenLogin {
    /// The one-use address on our own listener, which is what a browser may be started with.
    pub(super) fn start_url(&self) -> Option<String> {
        match &self.source {
            AnswerSource::Listener(wait) => Some(wait.start_url().to_owned()),
            AnswerSource::PasteOnly(_) => None,
        }
    }

    /// The listener's port.
    pub(super) fn port(&self) -> Option<u16> {
        match &self.source {
            AnswerSource::Listener(_) => self.redirect_uri.loopback_port(),
            AnswerSource::PasteOnly(_) => None,
        }
    }

    /// The browser's one answer; never, where there is no listener.
    pub(super) async fn answer(&mut self) -> AuthorizationResponse {
        match &mut self.source {
            AnswerSource::Listener(wait) => wait.answer().await,
            AnswerSource::PasteOnly(_) => std::future::pending().await,
        }
    }

    /// How many strangers' requests were ignored.
    pub(super) fn ignored(&self) -> u32 {
        match &self.source {
            AnswerSource::Listener(wait) => wait.ignored(),
            AnswerSource::PasteOnly(_) => 0,
        }
    }

    /// Judges what was pasted.
    pub(super) fn paste(&self, text: &str) -> Result<AuthorizationResponse, IgnoreReason> {
        match &self.source {
            AnswerSource::Listener(wait) => wait.paste(text, self.redirect_uri.url()),
            AnswerSource::PasteOnly(state) => parse_pasted(text, self.redirect_uri.url(), state),
        }
    }

    /// Shows the browser how it ended, and closes.
    pub(super) async fn finish(self, outcome: LoginOutcome) {
        if let AnswerSource::Listener(wait) = self.source {
            wait.finish(outcome).await;
        }
    }
}

/// The redirect URI by flags and app.
pub(super) fn redirect_uri(args: &Args, app: &App) -> Result<RedirectUri, Failure> {
    Ok(match (&args.redirect_uri, args.port) {
        (Some(uri), _) => uri.parse()?,
        (None, Some(port)) if app.redirect_uri.loopback_port().is_some() => {
            RedirectUri::on_port(port)?
        }
        (None, _) => app.redirect_uri.clone(),
    })
}

/// A state from the system's randomness.
pub(super) fn new_state() -> Result<OAuthState, Failure> {
    OAuthState::from_random(random()?).map_err(|error| Failure::secret("the state", error))
}

/// Without the system's randomness there is no login.
fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| Failure::new(Kind::Failed, "the system gives no randomness"))?;
    Ok(bytes)
}
