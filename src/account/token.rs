//! What is known about a token without holding it: its permissions, its life, whether a renewal is due.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use ring::hmac;

use super::LongToken;

/// A long-lived token and each renewal of it lives 60 days (Instagram API reference, `access_token`).
pub const LONG_LIFETIME: SignedDuration = SignedDuration::from_hours(60 * 24);

/// Instagram renews no token younger than 24 hours (Instagram API reference, `refresh_access_token`).
pub const REFRESH_MIN_AGE: SignedDuration = SignedDuration::from_hours(24);

/// With less than this left a renewal is due. Ten days leave room for a machine that is off for a week.
pub const REFRESH_WINDOW: SignedDuration = SignedDuration::from_hours(10 * 24);

/// No documented token lives longer than 60 days; an answer beyond 90 is a mistake and is cut.
const LIFETIME_MAX: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Between two clocks that are further apart than this, one is so wrong that neither tells when a token ends.
const CLOCKS_APART_MAX: SignedDuration = SignedDuration::from_hours(24);

/// No app asks for more scopes than this; an answer that names more is a mistake.
const SCOPES_MAX: usize = 64;

/// A long-lived token with everything Instagram said about it.
#[derive(Debug)]
pub struct Grant {
    /// The token.
    pub token: LongToken,
    /// When Instagram issued it.
    pub issued_at: Option<Timestamp>,
    /// When it dies, if Instagram said.
    pub expires_at: Option<Timestamp>,
    /// The permissions granted, if Instagram said.
    pub scopes: Scopes,
}

/// Permissions in the order they were named, with commas between them; empty when nobody said which.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scopes<T = String>(T);

/// Why a text cannot be a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a scope is made of lower-case letters, digits and '_', and there are {SCOPES_MAX} at most"
)]
pub struct InvalidScope;

impl Scopes {
    /// Without it Instagram refuses the login and every renewal.
    pub const BASIC: &str = "instagram_business_basic";

    /// Scopes from a list written with commas or blanks; a scope named twice counts once.
    pub fn parse(text: &str) -> Result<Self, InvalidScope> {
        Self::collect(text.split([',', ' ']).filter(|scope| !scope.is_empty()))
    }

    /// Scopes from single names; a scope named twice counts once.
    pub fn collect<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, InvalidScope> {
        let mut scopes: Vec<&str> = Vec::new();
        for name in names {
            if scopes.len() == SCOPES_MAX || !is_scope(name) {
                return Err(InvalidScope);
            }
            if !scopes.contains(&name) {
                scopes.push(name);
            }
        }
        Ok(Self(scopes.join(",")))
    }
}

fn is_scope(name: &str) -> bool {
    let alphabet = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    (1..=64).contains(&name.len()) && name.bytes().all(alphabet)
}

impl<T: AsRef<str>> Scopes<T> {
    /// Scopes as [`Self::joined`] wrote them.
    pub fn recorded<'t>(text: &'t str) -> Result<Self, InvalidScope>
    where
        T: From<&'t str>,
    {
        let is_list = text.split(',').all(is_scope) && text.split(',').count() <= SCOPES_MAX;
        let is_valid = text.is_empty() || is_list;
        is_valid.then(|| Self(text.into())).ok_or(InvalidScope)
    }

    /// The names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.joined().split(',');
        names.filter(|name| !name.is_empty())
    }

    /// The names as Instagram writes them in a request: with commas.
    pub fn joined(&self) -> &str {
        self.0.as_ref()
    }

    /// The same, borrowed.
    pub fn borrowed(&self) -> Scopes<&str> {
        Scopes(self.joined())
    }

    /// Those of `self` that are not in `granted`; none when `granted` is empty, for then nobody said.
    pub fn missing_from(&self, granted: &Self) -> Vec<String> {
        let granted: Vec<_> = granted.names().collect();
        let missing = |name: &&str| !granted.is_empty() && !granted.contains(name);
        self.names()
            .filter(missing)
            .map(ToOwned::to_owned)
            .collect()
    }
}

/// A keyed hash of a token, the same on every machine: two copies can be compared without showing either.
/// It says nothing about a token that one does not already hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint<T = String>(T);

impl Fingerprint {
    /// The fingerprint of `token`, in the form `k3f9-02ab`.
    pub fn of(token: &LongToken) -> Self {
        // The key is no secret: every machine has it, and it only separates this hash from every other use of
        // SHA-256. What makes guessing hopeless is the token, of more than 100 random characters, and that 40 bits of
        // its hash fit countless others. Of something short this would be no way to hide it.
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"igconnect token fingerprint v1");
        let tag = hmac::sign(&key, token.expose().as_bytes());
        let text = data_encoding::BASE32_NOPAD
            .encode(tag.as_ref())
            .to_ascii_lowercase();
        Self(format!(
            "{}-{}",
            text.get(..4).unwrap_or_default(),
            text.get(4..8).unwrap_or_default()
        ))
    }
}

impl<T: AsRef<str>> Fingerprint<T> {
    /// A fingerprint that was computed earlier.
    pub fn recorded(text: T) -> Self {
        Self(text)
    }

    /// The text, as in `k3f9-02ab`.
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }
}

impl<T: AsRef<str>> fmt::Display for Fingerprint<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// When a token dies that was issued at `issued_at` and is good for `expires_in` seconds.
/// `None` when the number makes no sense: a token without a known end is never called healthy.
pub fn expires_at(issued_at: Timestamp, expires_in: i64) -> Option<Timestamp> {
    if expires_in <= 0 {
        return None;
    }
    let life = SignedDuration::from_secs(expires_in).min(LIFETIME_MAX);
    issued_at.checked_add(life).ok()
}

/// Whether a token should be renewed now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Renew it.
    Now,
    /// It has enough life left; it is due from that instant on.
    From(Timestamp),
    /// Instagram would refuse: it is younger than 24 hours, until that instant.
    TooYoung(Timestamp),
    /// It is dead: only a login helps.
    Expired,
}

/// Decides for a token of which `issued_at` and `expires_at` may be unknown.
/// An unknown age allows the try; an unknown end asks for it, since only a renewal reveals it.
pub fn due(
    issued_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    now: Timestamp,
    window: SignedDuration,
    force: bool,
) -> Due {
    if expires_at.is_some_and(|end| now >= end) {
        return Due::Expired;
    }
    if let Some(end) = expires_at {
        let from = end.checked_sub(window).unwrap_or(Timestamp::MIN);
        if !force && now < from {
            return Due::From(from);
        }
    }
    // An issue date in the future is a wrong clock, not a young token: the server decides then.
    let open = issued_at
        .filter(|at| *at <= now)
        .and_then(|at| at.checked_add(REFRESH_MIN_AGE).ok());
    match open {
        Some(open) if now < open => Due::TooYoung(open),
        _ => Due::Now,
    }
}

/// The instant of an answer: the server's own, where it said and is not out of its mind. `None` where its clock and the
/// one `here` are so far apart that one of them is: what is counted from either would be a guess.
pub fn answered_at(date: Option<Timestamp>, here: Timestamp) -> Option<Timestamp> {
    let at = date.unwrap_or(here);
    (at.duration_since(here).abs() <= CLOCKS_APART_MAX).then_some(at)
}

/// When a token was issued that an answer at `answered_at` gives until `expires_at`: then, unless so little of its life
/// is left that it must be older.
pub fn issued_at(answered_at: Timestamp, expires_at: Option<Timestamp>) -> Timestamp {
    let born = expires_at.and_then(|end| end.checked_sub(LONG_LIFETIME).ok());
    born.filter(|born| answered_at.duration_since(*born) > REFRESH_MIN_AGE)
        .unwrap_or(answered_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    const HOUR: i64 = 3600;
    const DAY: i64 = 24 * HOUR;

    #[test]
    fn a_token_with_little_life_left_was_issued_long_ago() {
        assert_eq!(issued_at(at(0), Some(at(60 * DAY - 56))), at(0));
        assert_eq!(issued_at(at(0), Some(at(59 * DAY))), at(0));
        assert_eq!(issued_at(at(0), Some(at(59 * DAY - 1))), at(-DAY - 1));
        assert_eq!(issued_at(at(0), Some(at(9 * DAY))), at(-51 * DAY));
        assert_eq!(issued_at(at(0), None), at(0));
    }

    #[test]
    fn a_renewal_is_due_inside_the_window_and_never_before_24_hours() {
        let table = [
            (
                Some(0),
                Some(60 * DAY),
                HOUR,
                false,
                Due::From(at(50 * DAY)),
            ),
            (
                Some(0),
                Some(60 * DAY),
                50 * DAY - 1,
                false,
                Due::From(at(50 * DAY)),
            ),
            (Some(0), Some(60 * DAY), 50 * DAY, false, Due::Now),
            (Some(0), Some(60 * DAY), 60 * DAY - 1, false, Due::Now),
            (Some(0), Some(60 * DAY), 60 * DAY, true, Due::Expired),
            (
                Some(0),
                Some(60 * DAY),
                DAY - 1,
                true,
                Due::TooYoung(at(DAY)),
            ),
            (Some(0), Some(60 * DAY), DAY, true, Due::Now),
            (None, Some(60 * DAY), 1, true, Due::Now),
            (None, None, 1, false, Due::Now),
            (Some(0), None, 1, false, Due::TooYoung(at(DAY))),
            (Some(5 * DAY), Some(60 * DAY), 0, true, Due::Now),
        ];
        for (issued, ends, now, force, expected) in table {
            let found = due(issued.map(at), ends.map(at), at(now), REFRESH_WINDOW, force);
            assert_eq!(
                found, expected,
                "issued {issued:?} ends {ends:?} now {now} force {force}"
            );
        }
    }

    #[test]
    fn a_senseless_lifetime_is_no_lifetime() {
        assert_eq!(expires_at(at(0), 0), None);
        assert_eq!(expires_at(at(0), -1), None);
        assert_eq!(expires_at(at(0), 60), Some(at(60)));
        assert_eq!(expires_at(at(0), i64::MAX), Some(at(90 * DAY)));
        assert_eq!(expires_at(Timestamp::MAX, 60), None);
    }

    #[test]
    fn a_clock_that_is_days_off_tells_no_end() {
        assert_eq!(answered_at(None, at(0)), Some(at(0)));
        assert_eq!(answered_at(Some(at(300)), at(0)), Some(at(300)));
        assert_eq!(answered_at(Some(at(-DAY)), at(0)), Some(at(-DAY)));
        for off in [at(DAY + 1), at(-DAY - 1), Timestamp::MAX, Timestamp::MIN] {
            assert_eq!(answered_at(Some(off), at(0)), None, "{off}");
        }
    }

    #[test]
    fn scopes_are_compared_only_when_instagram_named_them() {
        let asked = Scopes::parse("a,b").unwrap();
        assert_eq!(asked.missing_from(&Scopes::parse("a").unwrap()), ["b"]);
        assert!(asked.missing_from(&Scopes::default()).is_empty());
        let names = Scopes::parse("a, b,,a").unwrap();
        assert!(names.names().eq(["a", "b"]));
        assert_eq!(Scopes::parse("a;b"), Err(InvalidScope));
        assert_eq!(
            Scopes::parse(Scopes::BASIC).unwrap().joined(),
            Scopes::BASIC
        );
        assert_eq!(asked.joined(), "a,b");
        assert_eq!(Scopes::recorded("a,b"), Ok(asked));
        assert_eq!(Scopes::recorded(""), Ok(Scopes::<&str>::default()));
        for never_written in ["a,", ",a", "a b", "A", &("a,".repeat(64) + "a")] {
            let read = Scopes::<&str>::recorded(never_written);
            assert_eq!(read, Err(InvalidScope), "{never_written}");
        }
        assert_eq!(Scopes::collect([""]), Err(InvalidScope));
        assert!(Scopes::parse(&"a".repeat(64)).is_ok());
        assert!(Scopes::parse(&"a".repeat(65)).is_err());
    }

    #[test]
    fn a_fingerprint_is_short_and_steady() {
        let of = |text: &str| Fingerprint::of(&LongToken::new(text.into()).unwrap()).to_string();
        assert_eq!(of("IGAAone"), of("IGAAone"));
        assert_ne!(of("IGAAone"), of("IGAAtwo"));
        assert_eq!(of("IGAAone").len(), 9);
        assert_eq!(Fingerprint::recorded("k3f9-02ab").as_str(), "k3f9-02ab");
    }
}
