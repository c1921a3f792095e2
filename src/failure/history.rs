//! The failures of a history, of which only a short word is kept, in words again.

use crate::account::Untrusted;
use crate::instagram::explanation;

/// What a recorded cause means to a person: `190/460: the password was changed …`. One that nothing is known about is
/// told as it is.
pub fn told_cause(cause: &str) -> String {
    let sentence = match cause {
        "network" => "Instagram could not be reached",
        "not Instagram's answer" => "something else answered in the place of Instagram",
        "another account's answer" => "Instagram answered for another account",
        "store" => "the secret store could not be used",
        "secret gone" => "the secret was gone from the store",
        "expired" => "the token was past its end",
        codes => return of_instagram(codes).unwrap_or_else(|| Untrusted::new(codes).shortened(60)),
    };
    sentence.to_owned()
}

/// The meaning of `CODE` or `CODE/SUBCODE`.
fn of_instagram(codes: &str) -> Option<String> {
    let (code, subcode) = codes
        .split_once('/')
        .map_or((codes, None), |(code, subcode)| (code, Some(subcode)));
    let subcode = subcode.map(str::parse).transpose().ok()?;
    let code: i64 = code.parse().ok()?;
    Some(match explanation::find(code, subcode, "") {
        Some(known) => format!("{codes}: {}", known.cause),
        None => format!("Instagram's error {codes}"),
    })
}
