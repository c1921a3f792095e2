//! What can happen in the sandbox, by name: so that every way a login or a token can end can be tried.

use std::{fmt, str::FromStr};

use super::answers::{self, Answer};

macro_rules! scenarios {
    ($($variant:ident $name:literal $about:literal;)*) => {
        /// What happens. It applies to whatever is asked; where it makes no sense, all is as usual.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Scenario {
            $(#[doc = $about] $variant,)*
            /// One recorded answer of Instagram at its endpoint; otherwise all is as usual.
            Answer(&'static Answer),
        }

        const NAMED: &[Scenario] = &[$(Scenario::$variant,)*];

        impl Scenario {
            /// The name, as in `--scenario NAME`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Answer(answer) => &answer.scenario,
                }
            }

            /// One line about it, without a full stop.
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$variant => $about,)*
                    Self::Answer(answer) => &answer.about,
                }
            }
        }
    };
}

scenarios! {
    Agrees "agrees" "the person agrees and everything works";
    Denies "denies" "the person says no on the consent page";
    WrongAccount "wrong-account" "the browser is signed in to another account than expected";
    FewerScopes "fewer-scopes" "the person unticks every optional permission";
    PersonalAccount "personal-account" "the person has no professional account and is refused on the page";
    InsufficientRole "insufficient-role" "the account has no role on the app: sent back without a code";
    NoTesterRole "no-tester-role" "the consent works, then the account may do nothing: no accepted tester";
    FacebookAppId "facebook-app-id" "the App ID is the one for Facebook, not the one for Instagram";
    WrongSecret "wrong-secret" "the App Secret does not belong to the App ID";
    CodeUsed "code-used" "somebody was faster: the code has been used";
    Envelope "envelope" "the short token comes inside \"data\", with the permissions as one text";
    StringId "string-id" "the short token's user id is a text instead of a number";
    Minimal "minimal" "the short token comes without its permissions";
    MeEnvelope "me-envelope" "the profile comes inside \"data\"";
    Backdated "backdated" "a login gives a token that is 51 days old and due for renewal";
    TooYoung "too-young" "a renewal is refused because the token is younger than 24 hours";
    SameToken "same-token" "a renewal gives the same token again";
    OldTokenDies "old-token-dies" "a renewal kills the token it renews";
    Expired "expired" "the token is past its 60 days";
    Revoked "revoked" "the password was changed, every token is dead";
    AppRemoved "app-removed" "the person took the app's access away";
    Checkpoint "checkpoint" "Instagram wants the person to sign in and confirm something";
    Unconfirmed "unconfirmed" "the account was never confirmed";
    LoggedOut "logged-out" "the person signed out everywhere";
    RateLimited "rate-limited" "too many calls for this account; open again in 19 minutes";
    AppLimit "app-limit" "too many calls by this app";
    Down "down" "Instagram is down for a moment (status 503)";
    Html "html" "a captive portal answers in Instagram's place";
    Garbled "garbled" "the JSON breaks off in the middle";
    Slow "slow" "every reply takes three seconds";
    Silent "silent" "the connection opens and nothing comes";
    Redirect "redirect" "the API sends the caller to another host";
    Huge "huge" "the reply never ends";
}

impl Scenario {
    /// Every scenario with a name of its own; the recorded answers are in [`Scenario::answers`].
    pub fn all() -> &'static [Self] {
        NAMED
    }

    /// The scenarios `answer:NAME`, one for each recorded answer.
    pub fn answers() -> impl Iterator<Item = Self> {
        answers::all().iter().map(Self::Answer)
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// There is no scenario of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such scenario")]
pub struct UnknownScenario;

impl FromStr for Scenario {
    type Err = UnknownScenario;

    fn from_str(name: &str) -> Result<Self, UnknownScenario> {
        let mut every = NAMED.iter().copied().chain(Self::answers());
        every
            .find(|scenario| scenario.name() == name)
            .ok_or(UnknownScenario)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_is_found_by_its_name_and_says_what_it_is() {
        for scenario in Scenario::all().iter().copied().chain(Scenario::answers()) {
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
