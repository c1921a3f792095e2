//! Taking what is the person's own out of a report: folders become the variable that names them, or `~`.

use crate::settings::environment;

/// The variables that name folders or files of the person.
const PLACES: [&str; 10] = [
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

/// What is replaced, the longest first.
pub(super) struct Privacy {
    replaced: Vec<(String, String)>,
}

impl Privacy {
    /// Knows the folders of this environment.
    pub(super) fn new() -> Self {
        let place = |name: &str| {
            let path = environment::path(name)?
                .to_str()?
                .trim_end_matches('/')
                .to_owned();
            let word = match name {
                "HOME" => "~".to_owned(),
                _ => format!("${name}"),
            };
            // "/" or "/x" would be found in every path.
            (path.len() > 2).then_some((path, word))
        };
        let mut replaced: Vec<_> = PLACES.into_iter().filter_map(place).collect();
        replaced.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        Self { replaced }
    }

    /// The text without them.
    pub(super) fn retell(&self, text: &str) -> String {
        let replace = |text: String, (path, word): &(String, String)| text.replace(path, word);
        self.replaced.iter().fold(text.to_owned(), replace)
    }
}
