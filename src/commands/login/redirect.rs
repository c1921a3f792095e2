//! Where the answer can arrive: on our own listener, on a port that a tunnel leads to, or only by paste.

use std::future::pending;
use std::path::PathBuf;

use jiff::Timestamp;
use ring::rand::{SecureRandom, SystemRandom};
use url::Url;

use super::command::Args;
use crate::account::{AuthorizationResponse, IgnoreReason, OAuthState, Scopes, parse_pasted};
use crate::callback::{ActiveListener, Certificate, ExpectedCallback, Listener, LoginOutcome};
use crate::failure::{Failure, Kind};
use crate::instagram::{Instagram, OAuthApp};
use crate::session::Session;
use crate::settings::{App, Clock, RedirectUri};

/// Where the browser is sent at the end, and what listens there. Nothing is open yet.
pub(super) struct RedirectTarget {
    redirect_uri: RedirectUri,
    /// `None` if the answer can only be pasted.
    port: Option<u16>,
    certificate: Option<CertificateSource>,
    clock: Clock,
}

enum CertificateSource {
    Own(PathBuf),
    Files { certificate: PathBuf, key: PathBuf },
}

/// A login that waits for its answer.
pub(super) struct OpenLogin {
    /// As Instagram gets it.
    pub(super) redirect_uri: RedirectUri,
    /// Instagram's consent page. It contains the `state`, so it must not be in an argument list.
    pub(super) authorize_url: Url,
    /// The listener's, for the warning of the browser and for the simulated user of the sandbox.
    pub(super) certificate: Option<Certificate>,
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
    /// Decides by the flags and the app.
    pub(super) fn new(args: &Args, app: &App, session: &Session) -> Result<Self, Failure> {
        let redirect_uri = choose_redirect_uri(args, app)?;
        let own_port = redirect_uri.loopback_port();
        // With --cert the listener serves the redirect URI itself, so it also takes the port from there.
        let certificate_port = args
            .cert
            .as_ref()
            .and(redirect_uri.url().port_or_known_default());
        let port = own_port.or(args.port).or(certificate_port);
        if own_port.is_some() && args.port.is_some() && own_port != args.port {
            return Err(Failure::new(
                Kind::Usage,
                "--port and the port of --redirect-uri differ",
            ));
        }
        if port == Some(0) && session.settings.world.is_real() {
            let message = "port 0 means any port, but Instagram only accepts the registered one";
            return Err(Failure::new(Kind::Usage, message)
                .hint("Omit --port, or use the port of a registered redirect URI"));
        }
        if port.is_none() && !session.console.can_ask() {
            return Err(Failure::unasked(
                "the redirect URI is on another machine, so the address must be pasted",
                "--port, the port of this machine that it is mapped to",
            ));
        }
        let certificate = match (&args.cert, &args.key) {
            (Some(certificate), Some(key)) => Some(CertificateSource::Files {
                certificate: certificate.clone(),
                key: key.clone(),
            }),
            _ if own_port.is_some() => Some(CertificateSource::Own(
                session.settings.paths.certificate()?,
            )),
            _ => None,
        };
        Ok(Self {
            redirect_uri,
            port,
            certificate,
            clock: session.settings.clock.clone(),
        })
    }

    /// Binds the port before anything else, so that no other program can take the answer.
    pub(super) async fn open(
        &self,
        app: &App,
        instagram: &Instagram,
        scopes: &Scopes,
        force_reauth: bool,
    ) -> Result<OpenLogin, Failure> {
        let state = new_state()?;
        let certificate = match (&self.certificate, self.port) {
            (Some(source), Some(_)) => Some(source.open(self.clock.started_at())?),
            _ => None,
        };
        let listener = match self.port {
            Some(port) => Some(Listener::bind(port, certificate.as_ref()).await?),
            None => None,
        };
        let redirect_uri = match &listener {
            Some(listener) if self.port == Some(0) => RedirectUri::on_port(listener.port())?,
            _ => self.redirect_uri.clone(),
        };
        let oauth_app = OAuthApp {
            id: app.id.as_str(),
            redirect_uri: redirect_uri.as_str(),
        };
        let authorize_url = instagram.authorize_url(oauth_app, scopes, &state, force_reauth)?;
        let source = match listener {
            None => AnswerSource::PasteOnly(state),
            Some(listener) => AnswerSource::Listener(Box::new(listener.start(ExpectedCallback {
                authority: redirect_uri.authority(),
                callback_path: redirect_uri.url().path().to_owned(),
                state,
                start: data_encoding::BASE64URL_NOPAD.encode(&random_bytes::<16>()?),
                authorize_url: authorize_url.clone(),
            }))),
        };
        Ok(OpenLogin {
            redirect_uri,
            authorize_url,
            certificate,
            source,
        })
    }
}

impl OpenLogin {
    /// The one-use address on our own listener, which may be in an argument list.
    pub(super) fn start_url(&self) -> Option<&str> {
        match &self.source {
            AnswerSource::Listener(listener) => Some(&listener.start_url),
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

    /// Waits for the browser's answer; without a listener, for ever.
    pub(super) async fn answer(&mut self) -> AuthorizationResponse {
        match &mut self.source {
            AnswerSource::Listener(listener) => listener.answer().await,
            AnswerSource::PasteOnly(_) => pending().await,
        }
    }

    /// How many requests were ignored because they were not the answer.
    pub(super) fn ignored(&self) -> u32 {
        match &self.source {
            AnswerSource::Listener(listener) => listener.ignored(),
            AnswerSource::PasteOnly(_) => 0,
        }
    }

    pub(super) fn paste(&self, text: &str) -> Result<AuthorizationResponse, IgnoreReason> {
        let redirect_uri = self.redirect_uri.url();
        match &self.source {
            AnswerSource::Listener(listener) => listener.paste(text, redirect_uri),
            AnswerSource::PasteOnly(state) => parse_pasted(text, redirect_uri, state),
        }
    }

    /// Shows the outcome in the browser, and closes the listener.
    pub(super) async fn finish(self, outcome: LoginOutcome) {
        if let AnswerSource::Listener(listener) = self.source {
            listener.finish(outcome).await;
        }
    }
}

/// The redirect URI of the flags, or else of the app.
pub(super) fn choose_redirect_uri(args: &Args, app: &App) -> Result<RedirectUri, Failure> {
    Ok(match (&args.redirect_uri, args.port) {
        (Some(uri), _) => uri.parse()?,
        (None, Some(port)) if app.redirect_uri.loopback_port().is_some() => {
            RedirectUri::on_port(port)?
        }
        (None, _) => app.redirect_uri.clone(),
    })
}

pub(super) fn new_state() -> Result<OAuthState, Failure> {
    OAuthState::from_random(random_bytes()?).map_err(|error| Failure::secret("the state", error))
}

fn random_bytes<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Failure::new(Kind::Failed, "the system provides no random numbers"))?;
    Ok(bytes)
}
