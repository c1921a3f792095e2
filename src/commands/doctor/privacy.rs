//! Replaces the person's folders in a report by the variable that names them, or by `~`.

use std::path::PathBuf;

use crate::account::Platform;
use crate::settings::environment;

const VARIABLES: [&str; 10] = [
    "IGCONNECT_DATA_DIR",
    "IGCONNECT_CONFIG",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "XDG_CACHE_HOME",
    "XDG_RUNTIME_DIR",
    "APPDATA",
    "LOCALAPPDATA",
    "HOME",
];

pub(super) struct PrivateFolders {
    platform: Platform,
    /// Path and replacement, the longest path first.
    replacements: Vec<(String, String)>,
}

impl PrivateFolders {
    pub(super) fn find() -> Self {
        let named = |name: &'static str| Some((name, environment::path(name)?));
        let home = environment::home().map(|home| ("HOME", home));
        let folders = home
            .into_iter()
            .chain(VARIABLES.into_iter().filter_map(named));
        Self::new(Platform::HERE, folders)
    }

    fn new(platform: Platform, folders: impl Iterator<Item = (&'static str, PathBuf)>) -> Self {
        let replacement = |(name, path): (&str, PathBuf)| {
            let path = path.to_str()?.trim_end_matches(['/', '\\']).to_owned();
            let word = match platform {
                _ if name == "HOME" => "~".to_owned(),
                Platform::Windows => format!("%{name}%"),
                Platform::Linux | Platform::MacOs => format!("${name}"),
            };
            // "/" or "/x" would match in almost every path.
            (path.len() > 2).then_some((path, word))
        };
        let mut replacements: Vec<_> = folders.filter_map(replacement).collect();
        // A folder inside another one must be replaced first.
        replacements.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        Self {
            platform,
            replacements,
        }
    }

    pub(super) fn replace_in(&self, text: &str) -> String {
        let replace = |text: String, (path, word): &(String, String)| match self.platform {
            Platform::Windows => replace_any_spelling(&text, path, word),
            Platform::Linux | Platform::MacOs => text.replace(path, word),
        };
        self.replacements.iter().fold(text.to_owned(), replace)
    }
}

/// Replaces a path in capital or small letters, and with either slash. No letter changes its place.
fn replace_any_spelling(text: &str, path: &str, word: &str) -> String {
    let spell = |text: &str| text.to_ascii_lowercase().replace('/', "\\");
    let mut replaced = String::new();
    let mut end = 0;
    for (start, found) in spell(text).match_indices(&spell(path)) {
        replaced.push_str(text.get(end..start).unwrap_or_default());
        replaced.push_str(word);
        end = start + found.len();
    }
    replaced + text.get(end..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_become_the_names_of_variables() {
        let unix = [("HOME", "/home/ann"), ("XDG_DATA_HOME", "/home/ann/.data/")];
        let windows = [
            ("HOME", r"C:\Users\Ann Ä"),
            ("APPDATA", r"C:\Users\Ann Ä\AppData\Roaming\"),
        ];
        for (platform, folders, text, expected) in [
            (
                Platform::Linux,
                unix,
                "/home/ann/.data/x and /home/ann/y, /HOME/ANN",
                "$XDG_DATA_HOME/x and ~/y, /HOME/ANN",
            ),
            (
                Platform::Windows,
                windows,
                r"c:\users\Ann Ä\appdata\roaming\x, C:/Users/Ann Ä/y and \\?\C:\Users\Ann Ä",
                r"%APPDATA%\x, ~/y and \\?\~",
            ),
        ] {
            let folders = folders.map(|(name, path)| (name, PathBuf::from(path)));
            let folders = PrivateFolders::new(platform, folders.into_iter());
            assert_eq!(folders.replace_in(text), expected);
        }
    }
}
