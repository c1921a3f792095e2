//! An account for people: a card on a terminal, a line for each fact in a pipe.

mod card;
mod facts;
mod sentences;
mod terminal;

pub(crate) use card::AccountCard;
pub(crate) use sentences::{account_line, environment_line, login_command};
