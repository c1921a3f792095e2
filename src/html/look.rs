//! What the pages of the listener and of the sandbox share: colours, type, the small rings and the icon.

use super::template::{Html, fill};

/// CSS variables and the rules of every page.
pub(crate) const TOKENS: &str = include_str!("tokens.css");

/// The small rings beside the name of the program.
pub(crate) const RINGS: &str = include_str!("rings.svg");

/// The rings as a `data:` URL, so that a browser requests no icon. Needs `img-src data:`.
const ICON: &str = include_str!("icon.txt");

/// The beginning of every page, before its title.
pub(crate) fn head() -> Html {
    fill(include_str!("head.html"), &[("icon", Html::ours(ICON))])
}
