//! `refresh`: a longer life for tokens that are due, and what a refusal does and does not mean.

mod dry_run;
mod due;
mod instagram;
mod many;
mod neighbours;
mod refusals;
#[cfg(unix)]
mod scale;
mod setup;
mod several;
mod stored_token;
