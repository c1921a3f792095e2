//! # igconnect
//!
//! Connects Instagram professional accounts from a terminal, keeps their 60-day tokens alive and hands them to scripts.
//!
//! Rules stand at the ground, parts that touch the world above them, flows that tell the story, commands that speak
//! with the person. Data goes down the floors once and up once. A room imports only from the floors below it.
//!
//! | floor | room | what it is |
//! |---|---|---|
//! | 6 | [`cli`] | how a run begins and ends; what may be typed; one dispatch line per command; no doing |
//! | 5 | [`commands`] | one file per verb: its arguments (their doc comment is the help), what it does, what it answers |
//! | 4 | [`failure`] | every failure as the person sees it: kind (the exit code), sentence, cause, hint |
//! | 3 | [`flows`] | stories that need several parts, without a printed word: connect, renew, verify, relocate, forget, rebuild |
//! | 2 | [`instagram`] | the one place that builds a request to Instagram; its errors and what they mean |
//! | 2 | [`callback`] | the loopback listener of a login: sockets, certificate, pages |
//! | 2 | [`store`] | where secrets live: the trait, the slots, one file per store |
//! | 2 | [`cache`] | SQLite: accounts, profiles, history, and the journal of changes under way |
//! | 2 | [`schedule`] | one file per scheduler of an operating system, which runs a refresh once a day |
//! | 2 | [`sandbox`] | the built-in stand-in for Instagram |
//! | 2 | [`settings`] | flag, environment, file, default; paths; the app; the world; the clock |
//! | 2 | [`output`] | console, log, card, table, sparkline, JSON, CSV, monitoring formats, words for times and counts |
//! | 1 | [`http`] | the one careful HTTP client |
//! | 1 | [`child`] | other programs: no shell, none of our secrets, ended in time |
//! | 1 | [`private_files`] | files and folders that only this user may read |
//! | 1 | [`private_database`] | SQLite in such a file |
//! | 0 | [`account`] | RULES, pure: identity, authorization, token, lifetime, secret. No clock, net, disk, printing |
//!
//! Rooms of floor 2 never import each other, commands never import each other.
//!
//! ## The code, from the browser to the keyring
//!
//! 1. `commands::login` proves that the store works, binds the listener, and only then opens the browser.
//! 2. `callback` reads a request and asks the judge in `account`: accept this code, refuse, or ignore.
//! 3. The code is *moved* into `instagram`'s exchange; out comes a [`account::ShortToken`], in memory only.
//! 4. That is exchanged for a [`account::LongToken`]; `/me` says whose it is; `--expect` may send it away.
//! 5. `flows::connect` announces the change in the journal, puts the token in a free slot of the store, reads it
//!    back, records it in the cache, and deletes what was there before.
//! 6. Only now the browser is told "connected", and the terminal shows the card.
//!
//! ## A row, from SQLite to the terminal
//!
//! 1. `cache` reads columns by name into an [`account::Account`], which holds no secret.
//! 2. `account` says how it stands at `now`, which was read once, when the program began.
//! 3. The command makes its report; `output` writes it as card, table, plain lines or JSON.
//!
//! ## Deliberately absent
//!
//! PKCE (Instagram Login has none), a shipped app or secret, telemetry, redirects, a trait with one implementation,
//! a plaintext store for real tokens, a runtime or a client in commands that only read the cache.

// A test measures time, makes its own, and says with which seed it ran.
#![cfg_attr(test, allow(clippy::disallowed_methods, clippy::print_stdout))]

#[macro_use]
mod document;

pub mod account;
mod answers;
pub mod cache;
mod callback;
pub mod child;
pub mod cli;
mod commands;
pub mod failure;
mod flows;
mod http;
mod instagram;
mod output;
mod private_database;
mod private_files;
pub mod sandbox;
mod schedule;
mod session;
pub mod settings;
pub mod store;
