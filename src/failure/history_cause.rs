//! Describes the causes of failures in the history, of which only a short word is stored.

use crate::account::Untrusted;
use crate::instagram::explanation;

/// Describes a recorded cause, such as `190/460: the password was changed …`. Returns unknown causes unchanged.
pub(crate) fn describe_cause(cause: &str) -> String {
    let sentence = match cause {
        "network" => "Instagram could not be reached",
        "not Instagram's answer" => "the answer did not come from Instagram",
        "another account's answer" => "Instagram answered for another account",
        "store" => "the secret store could not be used",
        "secret gone" => "the token was missing from the store",
        "expired" => "the token had expired",
        // A newer igconnect may have written a word that this one does not know.
        other => {
            return describe_page(other)
                .or_else(|| describe_code(other))
                .unwrap_or_else(|| Untrusted::new(other).shortened(60));
        }
    };
    sentence.to_owned()
}

/// Describes `HTTP STATUS`.
fn describe_page(cause: &str) -> Option<String> {
    let status: u16 = cause.strip_prefix("HTTP ")?.parse().ok()?;
    Some(format!("Instagram answered with an error page ({status})"))
}

/// Describes `CODE` or `CODE/SUBCODE`.
fn describe_code(codes: &str) -> Option<String> {
    let (code, subcode) = match codes.split_once('/') {
        Some((code, subcode)) => (code, Some(subcode.parse().ok()?)),
        None => (codes, None),
    };
    Some(match explanation::find(code.parse().ok()?, subcode, "") {
        Some(known) => format!("{codes}: {}", known.cause),
        None => format!("Instagram error {codes}"),
    })
}
