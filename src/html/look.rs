//! What the pages of the listener and of the sandbox share: colours, type, the small rings and the icon.

/// CSS variables and the rules of every page.
pub(crate) const TOKENS: &str = include_str!("tokens.css");

/// The small rings beside the name of the program.
pub(crate) const RINGS: &str = include_str!("rings.svg");

/// The rings as a `data:` URL, so that a browser requests no icon. Needs `img-src data:`.
pub(crate) const ICON: &str = include_str!("icon.txt");
