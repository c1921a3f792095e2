//! The start of a login and what can go wrong before the consent.

mod second_user;
