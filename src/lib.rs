//! # igconnect
//!
//! Connects Instagram professional accounts from a terminal, keeps their 60-day tokens valid and passes them to scripts.
//! Rules are at the bottom, modules that touch the world above them, then flows that combine these, then commands that
//! talk to people. A module imports only from lower layers.
//!
//! | layer | module | what it does | may import |
//! |---|---|---|---|
//! | 8 | `main.rs` | sets up the process | [`cli`] |
//! | 7 | [`cli`] | parses the command line, calls one command, returns the exit code | all below |
//! | 6 | [`commands`] | one file or folder per command: arguments (their doc comment is the help), `run`, report | all below; never each other |
//! | 5 | [`session`] | what a run carries: stores, apps, chosen accounts, runtime, signals | 0 to 4 |
//! | 5 | [`answers`] | what commands answer: the JSON contract and the rows that several commands print | 0 to 4 |
//! | 4 | [`failure`] | every error as people see it: kind (exit code), message, cause, hint | errors of 0 to 3 |
//! | 3 | [`flows`] | stories of several modules: connect, refresh, verify, move, disconnect, rebuild | 0 to 2 |
//! | 2 | [`instagram`] | builds the requests to Instagram, and explains its errors | 0 and 1; never each other |
//! | 2 | [`callback`] | the listener of a login on this machine: sockets, certificate, pages | 0 and 1 |
//! | 2 | [`store`] | where secrets are kept: keyring, sealed file, credential helper, OpenBao | 0 and 1 |
//! | 2 | [`cache`] | SQLite: accounts, profiles, history, and the journal of interrupted changes | 0 and 1 |
//! | 2 | [`schedule`] | the schedulers that refresh tokens every day, one file each | 0 and 1 |
//! | 2 | [`sandbox`] | the built-in imitation of Instagram | 0 and 1 |
//! | 2 | [`settings`] | flag, environment, file, default; paths, app, world, clock | 0 and 1 |
//! | 2 | [`output`] | console, log, card, table, JSON, CSV, monitoring formats, words for times and counts | 0 and 1 |
//! | 1 | [`html`] | pages from templates with escaped texts, and the look that all pages share | 0 |
//! | 1 | [`http`] | the HTTP client, with its limits | 0 |
//! | 1 | [`child`] | finds and runs other programs without a shell, without our secrets, with a time limit | 0 |
//! | 1 | [`private_files`], [`private_database`] | files, folders and SQLite files that only this user can read | 0 |
//! | 0 | [`account`] | RULES: identity, authorization, token, lifetime, secrets, untrusted text. No clock, network, disk or printing | nothing |
//!
//! ## The code of a login, from the browser to the keyring
//!
//! 1. `commands::login` checks that the store works, binds the listener, and then opens the browser with a private page.
//! 2. `callback` reads the request and asks the rules in `account` whether to accept the code.
//! 3. The code is *moved* into `instagram`'s exchange and cannot be used twice. The result is a [`account::ShortToken`].
//! 4. That is exchanged for a [`account::LongToken`], and `/me` says whose it is. With `--expect`, another account ends
//!    here. If someone else took part in the login, the person is asked first.
//! 5. `flows::connect` announces the change in the journal, writes the token to a free slot of the store and reads it
//!    back, records it in the cache, and deletes the previous token.
//! 6. Only now the browser shows "Connected", and the terminal shows the card.
//!
//! ## An account, from SQLite to the terminal
//!
//! 1. `cache` reads a row into an [`account::Account`], which contains no secret.
//! 2. `account` derives its state for one point in time, the start of the run.
//! 3. The command puts it into its report, and `output` prints that as card, table, plain lines or JSON.
//!
//! ## Looking for … → go to …
//!
//! | looking for | go to |
//! |---|---|
//! | what happens before any command: core dumps, panics | `main.rs` |
//! | a flag of a command, and its help text | `commands/status/mod.rs`, one such file or folder per command |
//! | a global flag such as `--json` | `cli/grammar.rs` |
//! | the groups and examples of `--help` | `cli/help.rs` |
//! | the message and hint of a failure | `failure` |
//! | an exit code, also that of several accounts | `failure/kind.rs` |
//! | the JSON object of an account (`list --json`) | `answers/account.rs` |
//! | the JSON Schema | `commands/schema/tests.rs` |
//! | prompts, colours, stdout and stderr | `output/console.rs` |
//! | words such as "60 days left" | `output/words.rs` |
//! | the card of `status` | `output/account/terminal.rs` |
//! | the table of `list`, with its totals | `answers/overview.rs` |
//! | nagios, prometheus, junit, GitHub annotations | `output/monitoring` |
//! | untrusted text, escaped for the terminal | `account/untrusted.rs` |
//! | an environment variable | `settings/environment.rs` |
//! | requests to Instagram: URL and header | `instagram/client.rs`, `instagram/endpoints.rs` |
//! | the explanation of Instagram's error 190 | `instagram/explanation/catalogue.rs` |
//! | the words that `explain` understands | `commands/explain/phrases.txt`, `commands/explain/search.rs` |
//! | proxies, TLS, time limits of requests | `http/client.rs` |
//! | the callback URL: reading the browser's request | `callback/head.rs`, `callback/handler.rs` |
//! | an address as a person pastes it | `account/authorization/pasted.rs` |
//! | the private page that leads the browser to a login | `commands/login/start_page.rs` |
//! | whose program visits the listener, or holds its port | `callback/socket_table.rs` |
//! | the OAuth `state`, compared in constant time | `account/authorization/secrets.rs` |
//! | the HTML of the page "Connected" | `callback/pages.rs`; its texts: `commands/login/outcome.rs` |
//! | the encrypted (sealed) file and its format | `store/sealed/sealed_file.rs` |
//! | OpenBao | `store/openbao`; addresses and logins: `session/openbao_access.rs` |
//! | docker credential helpers (`command:NAME`) | `store/credential_helper.rs` |
//! | which store a run uses | `session/stores.rs` |
//! | tables and migrations of igconnect.sqlite | `cache/schema.rs` |
//! | events of `history` | `cache/history.rs` |
//! | changes that a crash interrupted | `cache/journal.rs`, `flows/locked_account.rs` |
//! | the lock between two igconnect processes | `cache/lock.rs` |
//! | opening the cache, rebuilding a lost one | `session/caches.rs`, `flows/rebuild.rs` |
//! | whether a token is due for a refresh | `account/token.rs` |
//! | refreshing many accounts at once, stopping early | `commands/refresh/batch.rs`, `commands/refresh/circuit_breaker.rs` |
//! | the environment token (`IGCONNECT_TOKEN`) | `session/environment_token.rs`, `account/env_account.rs` |
//! | which account or app a command means | `session/selection.rs`, `session/apps.rs` |
//! | Ctrl-C and other signals | `session/signals.rs` |
//! | child programs, `--hand-to` | `child`, `session/user_command.rs` |
//! | the systemd timer, cron, launchd, Windows tasks | `schedule/systemd_units.rs`, `schedule` |
//!
//! ## Deliberately absent
//!
//! PKCE (Instagram Login does not support it), a built-in app or secret, telemetry, HTTP redirects, traits with one
//! implementation, a plain-text store for real tokens, translations, an async runtime or HTTP client in commands that
//! only read the cache.

// Tests measure time, use their own clocks, and print the seed of their random values.
#![cfg_attr(test, allow(clippy::disallowed_methods, clippy::print_stdout))]

#[macro_use]
pub mod account;
mod answers;
pub mod cache;
mod callback;
pub mod child;
pub mod cli;
mod commands;
pub mod failure;
mod flows;
mod html;
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn every_file_in_the_map_exists() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let map = include_str!("lib.rs").split("## Looking for").nth(1);
        let rows = map
            .unwrap()
            .lines()
            .filter(|line| line.starts_with("//! |"));
        let places: Vec<_> = rows.filter_map(|row| row.rsplit('|').nth(1)).collect();
        assert!(places.len() > 25);
        for name in places
            .iter()
            .flat_map(|place| place.split('`').skip(1).step_by(2))
        {
            assert!(source.join(name).exists(), "{name}");
        }
    }
}
