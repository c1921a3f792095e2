//! Where and how a person can make programs trust the authority.

/// How to make a program or system trust it.
pub(super) struct TrustWay {
    pub(super) place: &'static str,
    pub(super) note: &'static str,
    /// `{file}` is the file of the authority.
    pub(super) commands: &'static [&'static str],
}

pub(super) const WAYS: [TrustWay; 5] = [
    TrustWay {
        place: "Chromium and Chrome on Linux",
        note: "certutil is in the package libnss3-tools or nss-tools. The first line creates the certificate database if \
               it is missing. Restart the browser afterwards.",
        commands: &[
            "test -d $HOME/.pki/nssdb || { mkdir -p $HOME/.pki/nssdb && certutil -N -d sql:$HOME/.pki/nssdb --empty-password; }",
            "certutil -d sql:$HOME/.pki/nssdb -A -n igconnect -t C,, -i {file}",
        ],
    },
    TrustWay {
        place: "Firefox",
        note: "Close Firefox first. PROFILE is the profile folder shown in about:support. Without certutil: choose Advanced, \
               Accept the Risk on the warning page, once.",
        commands: &["certutil -d sql:PROFILE -A -n igconnect -t C,, -i {file}"],
    },
    TrustWay {
        place: "macOS (Safari, Chrome)",
        note: "macOS asks for your password.",
        commands: &[
            "security add-trusted-cert -r trustRoot -p ssl -k $HOME/Library/Keychains/login.keychain-db {file}",
        ],
    },
    TrustWay {
        place: "Windows (Edge, Chrome)",
        note: "Windows asks for confirmation.",
        commands: &["certutil -user -addstore Root {file}"],
    },
    TrustWay {
        place: "Your own certificate, with mkcert",
        note: "mkcert creates an authority that your browsers trust. Its certificate replaces this one.",
        commands: &[
            "mkcert -install",
            "mkcert -cert-file localhost.pem -key-file localhost-key.pem localhost 127.0.0.1 ::1",
            "igconnect login --cert localhost.pem --key localhost-key.pem",
        ],
    },
];

/// Quotes an argument for the shell.
pub(super) fn quote(argument: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:,\\".contains(c);
    match argument.chars().all(is_plain) {
        true => argument.to_owned(),
        // A Windows path cannot contain a double quote.
        false if cfg!(windows) => format!("\"{argument}\""),
        false => format!("'{}'", argument.replace('\'', r"'\''")),
    }
}
