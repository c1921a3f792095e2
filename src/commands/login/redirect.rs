//! Where the answer can arrive: on our own listener, on a port that a tunnel leads to, or only by paste.

use std::future::pending;
use std::path::PathBuf;

use ring::rand::{SecureRandom, SystemRandom};
use url::Url;

use super::browser_login::find_app;
use super::command::Args;
use crate::account::{AuthorizationResponse, IgnoreReason, OAuthState, Scopes, parse_pasted};
use crate::callback::{ActiveListener, Certificate, ExpectedCallback, Listener, LoginOutcome};
use crate::failure::{Failure, Kind};
use crate::instagram::{Instagram, OAuthApp};
use crate::session::Session;
use crate::settings::{App, RedirectUri, environment};

/// Everything that can be checked before a login begins. Nothing is open yet.
pub(super) struct LoginPlan {
    pub(super) scopes: Scopes,
    pub(super) app: App,
    redirect_uri: RedirectUri,
    /// Where to listen; `None` if the answer can only be pasted.
    port: Option<u16>,
    /// The folder of igconnect's own certificate, if the listener needs it.
    certificate_dir: Option<PathBuf>,
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
    Listener(ActiveListener),
    PasteOnly(OAuthState),
}

impl LoginPlan {
    /// Decides by the flags and the app.
    ///
    /// Returns `None` if the person wants to log in later.
    pub(super) fn new(args: &Args, session: &Session) -> Result<Option<Self>, Failure> {
        let scopes = args.requested_scopes()?;
        let Some(app) = find_app(args, session)? else {
            return Ok(None);
        };
        let redirect_uri = choose_redirect_uri(args, &app)?;
        let own_port = redirect_uri.loopback_port();
        // With --cert the listener serves the redirect URI itself, so it also takes the port from there.
        let own_certificate = args.cert.as_ref();
        let certificate_port = own_certificate.and(redirect_uri.url().port_or_known_default());
        let port = own_port.or(args.port).or(certificate_port);
        if own_port.is_some() && args.port.is_some() && own_port != args.port {
            let message = "--port and the port of --redirect-uri differ";
            return Err(Failure::new(Kind::Usage, message));
        }
        if port == Some(0) && session.settings.world.is_real() {
            let message = "port 0 means any port, but Instagram only accepts the registered one";
            return Err(Failure::new(Kind::Usage, message)
                .hint("Omit --port, or use the port of a registered redirect URI"));
        }
        // Without a listener the answer can only be pasted, and only a person at a terminal can do that.
        if port.is_none() && !session.console.can_ask() {
            return Err(Failure::unasked(
                "the redirect URI is on another machine, so the address must be pasted",
                "--port, the port of this machine that it is mapped to",
            ));
        }
        // A tunnel from another machine speaks HTTPS outside, and plain HTTP to us.
        let certificate_dir = match own_port {
            Some(_) if args.cert.is_none() => Some(session.settings.paths.certificate()?),
            _ => None,
        };
        Ok(Some(Self {
            scopes,
            app,
            redirect_uri,
            port,
            certificate_dir,
        }))
    }

    /// Binds the port before anything else, so that no other program can take the answer.
    pub(super) async fn open(
        &self,
        args: &Args,
        session: &Session,
        instagram: &Instagram,
    ) -> Result<OpenLogin, Failure> {
        let certificate = match (&args.cert, &args.key, &self.certificate_dir) {
            (Some(certificate), Some(key), _) => {
                let [certificate, key] =
                    [certificate, key].map(|path| environment::in_home(path.clone()));
                Some(Certificate::from_files(&certificate, &key)?)
            }
            (_, _, Some(dir)) => Some(session.open_certificate(dir)?),
            _ => None,
        };
        let listener = match self.port {
            Some(port) => Some(Listener::bind(port, certificate.as_ref()).await?),
            None => None,
        };
        let redirect_uri = match &listener {
            // Only now is it known which port is free.
            Some(listener) if self.port == Some(0) => RedirectUri::on_port(listener.port())?,
            _ => self.redirect_uri.clone(),
        };
        let expected = self.expect(args, instagram, &redirect_uri)?;
        let authorize_url = expected.authorize_url.clone();
        let source = match listener {
            None => AnswerSource::PasteOnly(expected.state),
            Some(listener) => AnswerSource::Listener(listener.start(expected)),
        };
        Ok(OpenLogin {
            redirect_uri,
            authorize_url,
            certificate,
            source,
        })
    }
}

impl LoginPlan {
    /// Shows a page that leads to another consent until `until`, and expects its answer. Returns `None` if the listener
    /// could not be kept.
    pub(super) async fn reopen(
        &self,
        args: &Args,
        instagram: &Instagram,
        login: OpenLogin,
        until: String,
    ) -> Result<Option<OpenLogin>, Failure> {
        let expected = self.expect(args, instagram, &login.redirect_uri)?;
        let authorize_url = expected.authorize_url.clone();
        let start = format!("/start/{}", expected.start);
        let outcome = LoginOutcome::DeniedForNow { start, until };
        let listener = match login.source {
            AnswerSource::Listener(listener) => listener.reopen(outcome).await,
            AnswerSource::PasteOnly(_) => None,
        };
        Ok(listener.map(|listener| OpenLogin {
            authorize_url,
            source: AnswerSource::Listener(listener.start(expected)),
            redirect_uri: login.redirect_uri,
            certificate: login.certificate,
        }))
    }

    /// Makes the secrets of one consent.
    fn expect(
        &self,
        args: &Args,
        instagram: &Instagram,
        redirect_uri: &RedirectUri,
    ) -> Result<ExpectedCallback, Failure> {
        let state = new_state()?;
        let client = oauth_app(&self.app, redirect_uri);
        let authorize_url =
            instagram.authorize_url(client, &self.scopes, &state, args.force_reauth)?;
        Ok(ExpectedCallback {
            authority: redirect_uri.authority(),
            callback_path: redirect_uri.url().path().to_owned(),
            state,
            start: data_encoding::BASE64URL_NOPAD.encode(&random_bytes::<16>()?),
            authorize_url,
        })
    }
}

impl OpenLogin {
    pub(super) fn listener(&self) -> Option<&ActiveListener> {
        match &self.source {
            AnswerSource::Listener(listener) => Some(listener),
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
        // A URI on another machine stays, because --port is then only what it is mapped to.
        (None, Some(port)) if app.redirect_uri.loopback_port().is_some() => {
            RedirectUri::on_port(port)?
        }
        (None, _) => app.redirect_uri.clone(),
    })
}

pub(super) fn oauth_app<'a>(app: &'a App, redirect_uri: &'a RedirectUri) -> OAuthApp<'a> {
    OAuthApp {
        id: app.id.as_str(),
        redirect_uri: redirect_uri.as_str(),
    }
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
