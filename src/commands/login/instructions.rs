//! The invitation: the browser is started where it is before the person's eyes, and the terminal says what to do.

use qrcode::{EcLevel, QrCode, render::unicode::Dense1x2};

use super::machine_kind::MachineKind;
use super::paste::{self, PastedLines};
use super::redirect::OpenLogin;
use super::{Args, browser};
use crate::output::{Console, words};
use crate::session::Session;
use crate::settings::World;

/// How the person was invited.
pub(super) struct Instructions {
    /// Whether the sandbox plays the person.
    pub(super) played: bool,
    /// What the person pastes.
    pub(super) pasted: PastedLines,
}

/// Invites the person in every way there is here.
pub(super) fn send(args: &Args, session: &Session, login: &OpenLogin) -> Instructions {
    let console = &session.console;
    let start = login.start_url().filter(|_| !args.no_browser);
    let opened = start.filter(|address| browser::open(args.browser.as_deref(), address).is_ok());
    // A callback elsewhere is out of reach for the person that the sandbox plays.
    let here = login.certificate_pem.is_some();
    if opened.is_none() && here && session.settings.world == World::Sandbox {
        console.say("No browser here: the sandbox plays a person who visits the consent page.");
        return Instructions {
            played: true,
            pasted: paste::lines(false),
        };
    }
    if let Some(address) = &opened {
        warn_of_the_certificate(console, login);
        // The one-use address leads there too, and holds no state.
        console.say(format!(
            "If no browser opens, visit this address:\n\n  {address}\n"
        ));
    } else {
        let advice = login
            .port()
            .and_then(|port| MachineKind::here().advice(port));
        advice.into_iter().for_each(|advice| console.say(advice));
        console.tell(format!(
            "Visit this address in a browser:\n\n  {}\n",
            login.authorize_url
        ));
    }
    if args.qr {
        show_code(console, login.authorize_url.as_str());
    }
    // The terminal hides what is pasted before it is asked for.
    let pasted = paste::lines(console.can_ask());
    console.say(patience(args, console));
    Instructions {
        played: false,
        pasted,
    }
}

/// Said before the browser shows it, so that nobody learns to click through warnings.
fn warn_of_the_certificate(console: &Console, login: &OpenLogin) {
    console.say(format!(
        "{} The browser is opening Instagram's consent page.",
        console.strong("Now agree there.")
    ));
    if let Some(fingerprint) = &login.fingerprint {
        console.say(format!(
            "Before, it may warn about the certificate that igconnect made for this machine: choose Advanced, then \
             proceed.\nIts SHA-256 fingerprint: {fingerprint}\nTo be warned no more: igconnect certificate"
        ));
    }
}

fn patience(args: &Args, console: &Console) -> String {
    let waiting = format!(
        "Waiting for the answer for up to {}.",
        words::duration(args.timeout)
    );
    if !console.can_ask() {
        return waiting;
    }
    format!(
        "{waiting} If the browser ends on an error, or is on another machine, paste the address it ended on and press \
         Enter (it stays hidden)."
    )
}

/// A code for a phone's camera, where the terminal has room for it.
fn show_code(console: &Console, address: &str) {
    let Ok(code) = QrCode::with_error_correction_level(address, EcLevel::L) else {
        return console.warn("the address is too long for a QR code");
    };
    if console.words_width() < code.width() + 8 {
        return console.warn("the terminal is too narrow for a QR code, or none");
    }
    console.say(
        code.render::<Dense1x2>()
            .dark_color(Dense1x2::Dark)
            .light_color(Dense1x2::Light)
            .build(),
    );
}
