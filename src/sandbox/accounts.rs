//! The invented accounts of the sandbox. Each is a case that a client has to get right.

use ring::digest;

/// An invented account. `None` fields are left out of a response, as Instagram does.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SandboxAccount {
    /// The professional account id, the same for every app.
    pub(super) user_id: &'static str,
    pub(super) username: &'static str,
    /// Why this account exists, for the pages.
    pub(super) about: &'static str,
    /// `BUSINESS`, `MEDIA_CREATOR`, or `PERSONAL`, which Instagram refuses.
    pub(super) account_type: &'static str,
    pub(super) name: Option<&'static str>,
    pub(super) biography: Option<&'static str>,
    pub(super) website: Option<&'static str>,
    /// On a host name that cannot exist.
    pub(super) picture: Option<&'static str>,
    /// Followers, follows and posts.
    pub(super) counts: [u64; 3],
}

/// The simulated user logs in to the first, unless the scenario says otherwise.
pub(super) const ACCOUNTS: [SandboxAccount; 5] = [
    SandboxAccount {
        user_id: "17841400000000017",
        username: "wreckshop.records",
        about: "a business with every field filled in",
        account_type: "BUSINESS",
        name: Some("Wreckshop Records"),
        biography: Some("Vinyl, tapes and other survivors.\nOpen when the light is on."),
        website: Some("https://wreckshop.example/"),
        picture: Some(
            "https://scontent.example.invalid/v/wreckshop.jpg?_nc_ht=sandbox&oe=6A0B0C0D",
        ),
        counts: [1234, 56, 78],
    },
    SandboxAccount {
        user_id: "17841400000000025",
        username: "lina.draws",
        about: "a creator account with most fields unset",
        account_type: "MEDIA_CREATOR",
        name: None,
        biography: None,
        website: None,
        picture: None,
        counts: [3, 0, 0],
    },
    SandboxAccount {
        user_id: "17841400000000033",
        username: "kaffeehaus_koeln",
        about: "a business with big numbers, emoji and non-ASCII letters",
        account_type: "BUSINESS",
        name: Some("Kaffeehaus Köln ☕️ 喫茶店 🐈‍⬛"),
        biography: Some("Röstet seit 1903 · قهوة · кофе\n☕️➡️😌"),
        website: Some("https://xn--kaffeehaus-kln-6pb.example/men%C3%BC?q=flat%20white"),
        picture: Some("https://scontent.example.invalid/v/kaffee.jpg?oe=6A0B0C0D"),
        counts: [12_345_678, 7_500, 48_213],
    },
    SandboxAccount {
        user_id: "17841400000000041",
        username: "jonas.at.home",
        about: "a personal account, which Instagram refuses",
        account_type: "PERSONAL",
        name: Some("Jonas"),
        biography: None,
        website: None,
        picture: None,
        counts: [88, 91, 12],
    },
    SandboxAccount {
        user_id: "17841400000000058",
        username: "escape_artist",
        about: "a hostile name and biography, to test what reads them",
        account_type: "MEDIA_CREATOR",
        // Colours, text that runs backwards, a bell, an invisible blank and markup.
        name: Some(
            "Esc\u{1b}[31mape\u{1b}[0m \u{202e}tsitrA\u{202c}\u{7}\u{200b}\u{9b}2J <b>&amp;</b>",
        ),
        // A window title, a hidden link, and commands of continuous integration and of shells.
        biography: Some(
            "\u{1b}]0;owned\u{7}first line\r\nsecond\tline\u{0}\u{8}\u{7f}\u{2028}\u{feff}\
             \u{1b}]8;;https://evil.example.invalid\u{1b}\\click\u{1b}]8;;\u{1b}\\ \u{2066}\u{2069} \
             ::error::not a command of your CI\n::add-mask::x \"quotes\" 'single' $(id) `id` \\ %s",
        ),
        website: Some("javascript:alert(document.domain)//\u{202e}"),
        picture: Some("https://scontent.example.invalid/\"><script>alert(1)</script>"),
        counts: [0, 5_000, 1],
    },
];

pub(super) const FIRST: &SandboxAccount = &ACCOUNTS[0];
pub(super) const ANOTHER: &SandboxAccount = &ACCOUNTS[1];
pub(super) const PERSONAL: &SandboxAccount = &ACCOUNTS[3];

impl SandboxAccount {
    pub(super) fn find(username: &str) -> Option<&'static Self> {
        ACCOUNTS.iter().find(|account| account.username == username)
    }

    pub(super) fn is_professional(&self) -> bool {
        self.account_type != "PERSONAL"
    }

    /// The id of this account for one app. It has 17 digits, is odd and above 2^54, so a client that reads it as a
    /// floating point number gets a different id.
    pub(super) fn app_scoped_id(&self, app: &str) -> String {
        let text = format!("{app}:{}", self.user_id);
        let hash = digest::digest(&digest::SHA256, text.as_bytes());
        let bytes = hash.as_ref().iter().take(8);
        let number = bytes.fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
        // Odd, and too large for the 53 bits of a floating point number.
        ((20_000_000_000_000_000 + number % 20_000_000_000_000_000) | 1).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_17_digits_and_do_not_survive_floating_point() {
        for account in &ACCOUNTS {
            let id = account.app_scoped_id("1");
            assert!(account.user_id.starts_with("17841") && account.user_id.len() == 17);
            assert_eq!(id.len(), 17);
            assert_ne!(format!("{:.0}", id.parse::<f64>().unwrap()), id);
            assert_ne!(id, account.app_scoped_id("2"));
        }
    }
}
