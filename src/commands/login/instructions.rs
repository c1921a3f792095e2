//! Opens the browser if there is one, and tells the person what to do.

use console::Style;
use qrcode::{EcLevel, QrCode, render::unicode::Dense1x2};

use super::browser::{self, MachineKind, Opened};
use super::command::Args;
use super::paste::{self, PastedLines};
use super::redirect::OpenLogin;
use super::start_page::StartPage;
use crate::failure::Failure;
use crate::output::{Console, words};
use crate::session::Session;
use crate::settings::World;

/// What a login waits with, until the answer is there.
pub(super) struct Waiting {
    /// The sandbox simulates the user.
    pub(super) is_simulated: bool,
    /// What a person pastes.
    pub(super) pasted: PastedLines,
    /// The page that was opened in a browser.
    pub(super) start_page: Option<StartPage>,
}

/// Sends a person to the consent page, or lets the sandbox simulate one.
pub(super) fn give(args: &Args, session: &Session, login: &OpenLogin) -> Result<Waiting, Failure> {
    let console = &session.console;
    let start_page = open_browser(args, session, login)?;
    // The simulated user only reaches a callback on this machine.
    let is_here = login.certificate.is_some();
    if start_page.is_none() && is_here && session.settings.world == World::Sandbox {
        console
            .say("No browser found, so the sandbox simulates a user who visits the consent page.");
        return Ok(Waiting {
            is_simulated: true,
            pasted: paste::read_lines(false),
            start_page,
        });
    }
    if start_page.is_some() {
        console.say(format!(
            "{} Instagram's consent page is opening in your browser.",
            console.strong("Agree there.")
        ));
        explain_certificate(console, login);
    } else {
        // Behind a tunnel the browser reaches the listener from anywhere.
        let port = login.listener().and(login.redirect_uri.loopback_port());
        if let Some(advice) = port.and_then(|port| MachineKind::detect().advice(port)) {
            console.say(advice);
        }
        console.tell(format!(
            "Visit this address in a browser:\n\n  {}\n",
            login.authorize_url
        ));
    }
    if args.qr {
        show_qr_code(console, login.authorize_url.as_str());
    }
    // Hides the input before the question, because an answer may come at once.
    let pasted = paste::read_lines(console.can_ask());
    let limit = words::duration(args.timeout);
    let mut waiting = format!("Waiting for the answer for up to {limit}.");
    if console.can_ask() {
        let address = &login.redirect_uri;
        waiting.push_str(&format!(
            "\nIf the browser shows an error or is on another machine, paste the address it ended on and press Enter.\n\
             It begins with {address}?code= and stays hidden."
        ));
    }
    console.say(waiting);
    Ok(Waiting {
        is_simulated: false,
        pasted,
        start_page,
    })
}

/// Opens the start page in a browser. Returns `None` if no browser was started.
fn open_browser(
    args: &Args,
    session: &Session,
    login: &OpenLogin,
) -> Result<Option<StartPage>, Failure> {
    let Some(listener) = login.listener().filter(|_| !args.no_browser) else {
        return Ok(None);
    };
    let page = StartPage::write(session, listener.port(), &listener.start_url)?;
    match browser::open(args.browser.as_deref(), &page.url, &listener.start_url) {
        Opened::Started => return Ok(Some(page)),
        Opened::Failed(source) => {
            let warning = format!("the browser in {source} cannot be started");
            session.console.warn(warning);
        }
        Opened::NoBrowser => {}
    }
    Ok(None)
}

/// Shows the start address when no browser has visited it.
pub(super) fn show_unvisited(session: &Session, login: &OpenLogin) {
    let listener = login.listener().filter(|listener| !listener.is_visited());
    if let Some(listener) = listener {
        // The one-use address redirects to the consent page, and contains no state.
        session.console.tell(format!(
            "If no browser has opened, visit this address:\n\n  {}\n",
            listener.start_url
        ));
    }
}

/// Before the browser shows its warning, so that people compare the fingerprint instead of clicking through.
fn explain_certificate(console: &Console, login: &OpenLogin) {
    if let Some(certificate) = &login.certificate {
        let fingerprint = &certificate.fingerprint;
        console.say(format!(
            "It may first warn about the certificate that igconnect made for this machine. Choose Advanced, then \
             proceed.\nSHA-256 fingerprint: {fingerprint}\nTo get rid of the warning: igconnect certificate --trust"
        ));
    }
}

/// The colours of the fixed palette of 256, which themes do not change.
const BLACK: u8 = 16;
const WHITE: u8 = 231;

/// Shows a QR code for a phone, if the terminal is wide enough.
fn show_qr_code(console: &Console, address: &str) {
    let Ok(code) = QrCode::with_error_correction_level(address, EcLevel::L) else {
        return console.warn("the address is too long for a QR code");
    };
    // Phones need an empty border of four modules on each side.
    if console.words_width() < code.width() + 8 {
        return console.warn("the terminal is too narrow for a QR code");
    }
    // On paper it is dark on light. In colours of its own it is so on every terminal, and without them on dark ones.
    let (dark, light) = match console.has_coloured_messages() {
        true => (Dense1x2::Dark, Dense1x2::Light),
        false => (Dense1x2::Light, Dense1x2::Dark),
    };
    let mut drawing = code.render::<Dense1x2>();
    let drawn = drawing.dark_color(dark).light_color(light).build();
    let style = Style::new().color256(BLACK).on_color256(WHITE);
    for line in drawn.lines() {
        console.say(console.styled(line, style.clone()));
    }
}
