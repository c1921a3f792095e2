//! Replaces the person's folders in a report by the variable that names them, or by `~`.

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
    /// Path and replacement, the longest path first.
    replacements: Vec<(String, String)>,
}

impl PrivateFolders {
    pub(super) fn new() -> Self {
        let replacement = |name: &str| {
            let path = environment::path(name)?
                .to_str()?
                .trim_end_matches('/')
                .to_owned();
            let word = match name {
                "HOME" => "~".to_owned(),
                _ => format!("${name}"),
            };
            // "/" or "/x" would match in almost every path.
            (path.len() > 2).then_some((path, word))
        };
        let mut replacements: Vec<_> = VARIABLES.into_iter().filter_map(replacement).collect();
        // A folder inside another one must be replaced first.
        replacements.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        Self { replacements }
    }

    pub(super) fn replace_in(&self, text: &str) -> String {
        let replace = |text: String, (path, word): &(String, String)| text.replace(path, word);
        self.replacements.iter().fold(text.to_owned(), replace)
    }
}
