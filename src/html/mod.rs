//! HTML pages: templates with escaped texts, and the look that all pages share.

mod look;
mod template;

pub(crate) use look::{RINGS, TOKENS, head};
pub(crate) use template::{Html, fill};
