//! Output: data on stdout, messages on stderr; cards, tables, plain lines, CSV, JSON and monitoring formats.

pub(crate) mod account;
mod card;
mod console;
pub(crate) mod csv;
pub(crate) mod event_log;
mod hidden_input;
mod indented;
pub(crate) mod json;
mod line;
pub(crate) mod marks;
pub(crate) mod monitoring;
pub(crate) mod pasted_commands;
mod progress;
mod render;
mod sparkline;
mod table;
mod time_zone;
pub(crate) mod words;
mod wrap;

pub(crate) use console::{Console, Talk};
pub(crate) use hidden_input::HiddenInput;
pub(crate) use line::{Line, together};
pub(crate) use pasted_commands::pasteable;
pub(crate) use render::{FRAMED_MAX_ROWS, Page, Render};
pub(crate) use sparkline::with_trend;
pub(crate) use table::{Column, Table};
pub(crate) use time_zone::time_zone;
pub(crate) use wrap::wrapped;
