//! What is said about a missing or locked keyring, in the words of each system.

use crate::account::Platform;

pub(super) struct KeyringWords {
    /// Why there is none, as a cause.
    pub(super) missing: &'static str,
    /// What to do about that, as the beginning of a hint.
    pub(super) start: &'static str,
    /// What to do about a lock, as a hint.
    pub(super) unlock: &'static str,
}

pub(super) const fn keyring_words(platform: Platform) -> KeyringWords {
    match platform {
        Platform::Linux => KeyringWords {
            missing: "this session has no Secret Service (D-Bus), for example over SSH or in a container",
            start: "Start a keyring such as gnome-keyring",
            unlock: "Unlock it, for example by logging in to the desktop, and try again",
        },
        Platform::MacOs => KeyringWords {
            missing: "this session has no login keychain, for example in a service of the system",
            start: "Log in to the desktop of this Mac once",
            // Over SSH it stays locked, although the same user is logged in to the desktop.
            unlock: "Unlock it and try again: security unlock-keychain",
        },
        // A session without the user's password has no credentials (ERROR_NO_SUCH_LOGON_SESSION of CredWrite).
        Platform::Windows => KeyringWords {
            missing: "this session has no Credential Manager, for example over SSH with a key or in a service",
            start: "Log in to Windows with your password",
            unlock: "Log in to Windows with your password, not over SSH with a key, and try again",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_explains_its_own_keyring() {
        let own = [
            (Platform::Linux, ["D-Bus", "gnome-keyring", "desktop"]),
            (
                Platform::MacOs,
                ["keychain", "this Mac", "security unlock-keychain"],
            ),
            (
                Platform::Windows,
                ["Credential Manager", "Windows", "Windows"],
            ),
        ];
        for (platform, [missing, start, unlock]) in own {
            let words = keyring_words(platform);
            assert!(words.missing.contains(missing), "{platform:?}");
            assert!(words.start.contains(start), "{platform:?}");
            assert!(words.unlock.contains(unlock), "{platform:?}");
            let said = [words.missing, words.start, words.unlock].concat();
            let is_linux = platform == Platform::Linux;
            assert_eq!(said.contains("D-Bus"), is_linux, "{said}");
            assert_eq!(said.contains("gnome"), is_linux, "{said}");
        }
    }
}
