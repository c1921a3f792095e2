//! What can happen in the sandbox, by name, so that every ending of a login or a token can be tried.

use std::fmt;
use std::str::FromStr;

use super::recorded::{self, RecordedAnswer};

macro_rules! scenarios {
    ($($variant:ident $name:literal $about:literal;)*) => {
        /// What happens in the sandbox. Endpoints that a scenario does not concern work as usual.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Scenario {
            $($variant,)*
            /// One recorded answer of Instagram, at its endpoint.
            Answer(&'static RecordedAnswer),
        }

        impl Scenario {
            /// Every scenario but those of [`Scenario::answers`].
            pub(crate) const NAMED: &[Self] = &[$(Self::$variant,)*];

            /// As in `--scenario NAME`.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Answer(answer) => &answer.scenario,
                }
            }

            /// One line about it, without a full stop.
            pub(crate) fn about(self) -> &'static str {
                match self {
                    $(Self::$variant => $about,)*
                    Self::Answer(answer) => &answer.about,
                }
            }
        }
    };
}

scenarios! {
    Agrees "agrees" "the user agrees and everything works";
    Denies "denies" "the user denies access on the consent page";
    WrongAccount "wrong-account" "the browser is logged in to another account than expected";
    FewerScopes "fewer-scopes" "the user turns off every optional permission";
    PersonalAccount "personal-account" "the user only has a personal account, which the page refuses";
    InsufficientRole "insufficient-role" "the account has no role on the app, so it comes back without a code";
    NoTesterRole "no-tester-role" "the consent works, but the account never accepted its tester role";
    FacebookAppId "facebook-app-id" "the App ID is the one for Facebook, not the one for Instagram";
    WrongSecret "wrong-secret" "the App Secret does not belong to the App ID";
    CodeUsed "code-used" "the code was already used";
    Envelope "envelope" "the short-lived token comes inside \"data\", with the permissions as one string";
    StringId "string-id" "the user id of the short-lived token is a string, not a number";
    Minimal "minimal" "the short-lived token comes without its permissions";
    MeEnvelope "me-envelope" "the profile comes inside \"data\"";
    Backdated "backdated" "a login returns a token that is 51 days old and due for a refresh";
    TooYoung "too-young" "a refresh is refused because the token is less than 24 hours old";
    SameToken "same-token" "a refresh returns the same token";
    OldTokenDies "old-token-dies" "a refresh makes the old token invalid";
    Expired "expired" "the token is past its 60 days";
    Revoked "revoked" "the password was changed, so every token is invalid";
    AppRemoved "app-removed" "the user removed the app";
    Checkpoint "checkpoint" "Instagram wants the user to log in and confirm something";
    Unconfirmed "unconfirmed" "the account was never confirmed";
    LoggedOut "logged-out" "the user logged out everywhere";
    RateLimited "rate-limited" "too many calls for this account, blocked for 19 minutes";
    AppLimit "app-limit" "too many calls by this app";
    Down "down" "Instagram is temporarily down (status 503)";
    Html "html" "a captive portal answers instead of Instagram";
    Garbled "garbled" "the JSON breaks off in the middle";
    Slow "slow" "every response takes three seconds";
    Silent "silent" "the connection opens, but no response comes";
    Redirect "redirect" "the API redirects to another host";
    Huge "huge" "the response never ends";
}

impl Scenario {
    /// The scenarios `answer:NAME`, one for each recorded answer.
    pub(crate) fn answers() -> impl Iterator<Item = Self> {
        recorded::all().iter().map(Self::Answer)
    }

    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Self::NAMED.iter().copied().chain(Self::answers())
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown scenario")]
pub(crate) struct UnknownScenario;

impl FromStr for Scenario {
    type Err = UnknownScenario;

    fn from_str(name: &str) -> Result<Self, UnknownScenario> {
        let is_named = |scenario: &Self| scenario.name() == name;
        Self::all().find(is_named).ok_or(UnknownScenario)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_is_found_by_its_name_and_says_what_it_is() {
        for scenario in Scenario::all() {
            assert_eq!(scenario.name().parse(), Ok(scenario));
            assert!(!scenario.about().is_empty() && !scenario.about().ends_with('.'));
            assert!(
                scenario.name().starts_with("answer:")
                    || !scenario.name().contains(['_', ' ', ':'])
            );
        }
        assert_eq!("answer:nope".parse::<Scenario>(), Err(UnknownScenario));
        assert_eq!("Agrees".parse::<Scenario>(), Err(UnknownScenario));
    }
}
