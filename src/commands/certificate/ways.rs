//! Where and how a person can make programs trust the authority.

/// How to make a program or system trust it.
pub(super) struct TrustWay {
    pub(super) place: &'static str,
    /// The system that it is for, as [`std::env::consts::OS`] names it.
    system: Option<&'static str>,
    pub(super) note: &'static str,
    /// `{file}` is the file of the authority.
    pub(super) commands: &'static [&'static str],
}

const WAYS: [TrustWay; 5] = [
    TrustWay {
        place: "Chromium and Chrome on Linux",
        system: Some("linux"),
        note: "certutil is in the package libnss3-tools or nss-tools. The first line creates the certificate database if \
               it is missing. Restart the browser afterwards.",
        commands: &[
            "test -d $HOME/.pki/nssdb || { mkdir -p $HOME/.pki/nssdb && certutil -N -d sql:$HOME/.pki/nssdb --empty-password; }",
            "certutil -d sql:$HOME/.pki/nssdb -A -n igconnect -t C,, -i {file}",
        ],
    },
    TrustWay {
        place: "Firefox",
        system: None,
        note: "On macOS and Windows, Firefox trusts what the system trusts. On Linux, close it first. PROFILE is the profile \
               folder shown in about:support. Without certutil: choose Advanced, Accept the Risk on the warning page, once.",
        commands: &["certutil -d sql:PROFILE -A -n igconnect -t C,, -i {file}"],
    },
    TrustWay {
        place: "macOS (Safari, Chrome)",
        system: Some("macos"),
        note: "macOS asks for your password.",
        commands: &[
            "security add-trusted-cert -r trustRoot -p ssl -k $HOME/Library/Keychains/login.keychain-db {file}",
        ],
    },
    TrustWay {
        place: "Windows (Edge, Chrome)",
        system: Some("windows"),
        note: "Windows asks for confirmation.",
        commands: &["certutil -user -addstore Root {file}"],
    },
    TrustWay {
        place: "Your own certificate, with mkcert",
        system: None,
        note: "mkcert creates an authority that your browsers trust. Its certificate replaces this one.",
        commands: &[
            "mkcert -install",
            "mkcert -cert-file localhost.pem -key-file localhost-key.pem localhost 127.0.0.1 ::1",
            "igconnect login --cert localhost.pem --key localhost-key.pem",
        ],
    },
];

/// Returns every way: that of this system first, those of others last.
pub(super) fn ways(system: &str) -> [TrustWay; 5] {
    let mut ways = WAYS;
    ways.sort_by_key(|way| {
        way.system
            .map_or(1, |other| if other == system { 0 } else { 2 })
    });
    ways
}

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

#[cfg(test)]
mod tests {
    use super::ways;

    #[test]
    fn the_way_of_this_system_is_first() {
        for (system, first) in [
            ("linux", "Chromium and Chrome on Linux"),
            ("macos", "macOS (Safari, Chrome)"),
            ("windows", "Windows (Edge, Chrome)"),
        ] {
            let places = ways(system).map(|way| way.place);
            let own = "Your own certificate, with mkcert";
            assert_eq!(places[..3], [first, "Firefox", own]);
        }
    }
}
