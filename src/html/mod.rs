//! HTML pages: templates with escaped texts, and the look that all pages share.

mod look;
mod template;

pub(crate) use look::{ICON, RINGS, TOKENS};
pub(crate) use template::{Html, fill};
