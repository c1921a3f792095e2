//! The listener of a real login cannot be confused: after every hostile callback of the table, and in every crowd, the
//! right one is accepted, and nothing else ever was.

#[cfg(unix)]
mod crowds;
mod each;
mod login;
mod table;
mod visitor;
