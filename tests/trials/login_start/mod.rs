//! The start of a login and what can go wrong before the consent.

mod before_the_consent;
mod copied;
mod second_user;
