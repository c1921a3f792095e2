//! Answers a shell's Tab with the words that may come next, including the accounts of the cache.
//!
//! Invariants: no offered word has a special meaning for a shell, because usernames are untrusted and shells insert words
//! as they are. Accounts with other characters in their names are offered by id. Errors are silent.

use std::ffi::{OsStr, OsString};
use std::sync::Arc;

use clap::Command;
use clap::builder::StyledStr;
use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter, CompletionCandidate, complete};
use clap_complete::env::{EnvCompleter, Powershell};

use crate::account::{StoreKind, deceives};
use crate::cache::{AccountNames, Cache, Name};
use crate::sandbox::Scenario;
use crate::settings::{Clock, Settings, environment};

/// The scripts set it to the name of the shell.
pub(super) const VARIABLE: &str = "_IGCONNECT_COMPLETE";

/// People do not read more names than this; the next letter narrows them down.
const NAMES_MAX: u32 = 100;

/// Returns the shell that asks for words, if one does.
pub(crate) fn asking_shell() -> Option<OsString> {
    environment::raw(VARIABLE)
}

/// Completes the last word after `--`, which may be empty. Returns a line for each candidate: value, tab, help.
pub(crate) fn complete_words(
    shell: &OsStr,
    arguments: &[OsString],
    mut command: Command,
    offers: &[Offer],
    clock: Clock,
) -> Vec<u8> {
    let words = arguments.iter().skip_while(|word| *word != "--").skip(1);
    let words: Vec<OsString> = words.cloned().collect();
    let sandbox = words.iter().any(|word| word == "--sandbox");
    command.build();
    command = with_offers(command, offers);
    if let Ok(settings) = Settings::new(sandbox, clock) {
        command = with_values(command, &Arc::new(settings));
    }
    let Some(last) = words.len().checked_sub(1) else {
        return Vec::new();
    };
    let mut answer = Vec::new();
    if shell == "powershell" {
        // Its script comes from clap_complete, and so does the format that it reads.
        let written = Powershell.write_complete(&mut command, words, None, &mut answer);
        return written.map(|()| answer).unwrap_or_default();
    }
    let nothing_typed = words.last().is_some_and(|word| word.is_empty());
    let mut candidates = complete(&mut command, words, last, None).unwrap_or_default();
    // Before anything is typed, flags would hide the values among them.
    if nothing_typed && !candidates.iter().all(is_flag) {
        candidates.retain(|candidate| !is_flag(candidate));
    }
    for candidate in &candidates {
        let help = candidate.get_help().map(ToString::to_string);
        let help = help.as_deref().and_then(|help| help.lines().next());
        let help = help.unwrap_or_default().replace(deceives, " ");
        answer.extend_from_slice(candidate.get_value().as_encoded_bytes());
        answer.extend_from_slice(format!("\t{help}\n").as_bytes());
    }
    answer
}

/// The words that a command knows without this machine: the name of its value in the help, and each word with its help.
pub(crate) type Offer = (&'static str, Vec<(String, String)>);

fn with_offers(command: Command, offers: &[Offer]) -> Command {
    let command = command.mut_args(|arg| {
        let names = arg.get_value_names().unwrap_or_default();
        let mut offers = offers.iter();
        let Some((_, words)) = offers.find(|(name, _)| names.iter().any(|it| it == name)) else {
            return arg;
        };
        let mut words = words.clone();
        words.retain(|(word, _)| is_word(word));
        let offer = |(word, help): &(String, String)| {
            CompletionCandidate::new(word).help(Some(help.into()))
        };
        arg.add(ArgValueCandidates::new(move || {
            words.iter().map(offer).collect()
        }))
    });
    command.mut_subcommands(|command| with_offers(command, offers))
}

/// Codes have a slash, which shells do not obey either.
fn is_word(word: &str) -> bool {
    word.split('/').all(is_plain)
}

fn is_flag(candidate: &CompletionCandidate) -> bool {
    candidate.get_value().as_encoded_bytes().starts_with(b"-")
}

type Candidates = Vec<CompletionCandidate>;

/// Adds the names of this machine to the arguments of all commands. The value names in the help say what they take.
fn with_values(command: Command, settings: &Arc<Settings>) -> Command {
    let removes = command.get_name() == "remove";
    let command = command.mut_args(|arg| {
        let names = arg.get_value_names().unwrap_or_default();
        let takes = |name| names.iter().any(|value| value.starts_with(name));
        let list: fn(&Settings, &str) -> Candidates = match arg.get_id().as_str() {
            _ if takes("ACCOUNT") => list_accounts,
            "app" => list_apps,
            _ if removes && takes("NAME") => list_apps,
            _ if takes("STORE") => list_stores,
            "scenario" => list_scenarios,
            _ => return arg,
        };
        let settings = Arc::clone(settings);
        arg.add(ArgValueCompleter::new(move |typed: &OsStr| {
            // Names are UTF-8, so none begins with other bytes.
            let mut names = typed
                .to_str()
                .map_or(Vec::new(), |typed| list(&settings, typed));
            let typed = typed.as_encoded_bytes();
            names.retain(|name| name.get_value().as_encoded_bytes().starts_with(typed));
            names
        }))
    });
    command.mut_subcommands(|command| with_values(command, settings))
}

/// Returns aliases, or usernames, or ids for what has no other name that is unique and safe.
fn list_accounts(settings: &Settings, typed: &str) -> Candidates {
    let path = settings.paths.database().ok();
    let Some(cache) = path.and_then(|path| Cache::open_to_read(&path).ok().flatten()) else {
        return Vec::new();
    };
    let start = typed.trim_start_matches('@');
    let find = |name| {
        cache
            .names(name, start, NAMES_MAX)
            .unwrap_or_default()
            .into_iter()
    };
    let mut found = Vec::new();
    if start == typed {
        let aliases = find(Name::Alias).filter_map(|account| {
            let alias = account.alias.as_deref().filter(|alias| is_plain(alias))?;
            Some(CompletionCandidate::new(alias).help(at_username(&account)))
        });
        found.extend(aliases);
    }
    found.extend(find(Name::Username).map(|account| {
        let username = &account.username;
        let is_id = username.bytes().all(|b| b.is_ascii_digit());
        if account.is_ambiguous || !is_plain(username) {
            account.id.into()
        } else if is_id || start != typed {
            // Without the `@`, digits would mean an id.
            format!("@{username}").into()
        } else {
            username.into()
        }
    }));
    if !start.is_empty() && start.bytes().all(|b| b.is_ascii_digit()) {
        let ids = find(Name::Id);
        found.extend(ids.map(|it| CompletionCandidate::new(&it.id).help(at_username(&it))));
    }
    found
}

fn at_username(account: &AccountNames) -> Option<StyledStr> {
    let username = &account.username;
    is_plain(username).then(|| format!("@{username}").into())
}

fn list_apps(settings: &Settings, _typed: &str) -> Candidates {
    let config = settings.config().unwrap_or_default();
    let names = config.app_names().into_iter().filter(|name| is_plain(name));
    names.map(CompletionCandidate::new).collect()
}

/// Credential helpers are missing: their names have a colon, at which some shells split words.
fn list_stores(settings: &Settings, _typed: &str) -> Candidates {
    let mut kinds = vec![StoreKind::Keyring, StoreKind::Sealed];
    if !settings.world.is_real() {
        kinds.push(StoreKind::File);
    }
    let describe = |kind: &StoreKind| Some(kind.description().into());
    let candidates = kinds.iter();
    candidates
        .map(|kind| CompletionCandidate::new(kind.as_str()).help(describe(kind)))
        .collect()
}

fn list_scenarios(_settings: &Settings, typed: &str) -> Candidates {
    // There are many recorded answers, so they are offered only on request.
    let recorded = Scenario::answers().filter(|_| typed.starts_with("answer:"));
    let every = Scenario::NAMED.iter().copied().chain(recorded);
    let about = |scenario: Scenario| Some(scenario.about().into());
    every
        .map(|it| CompletionCandidate::new(it.name()).help(about(it)))
        .collect()
}

/// Whether a name has only characters without a meaning for shells. Usernames of Instagram and our aliases do.
fn is_plain(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    !name.is_empty() && !name.starts_with('-') && name.len() <= 64 && name.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_that_a_shell_could_read_is_plain() {
        for name in ["shop", "a.b_c-2", "17841400000000017"] {
            assert!(is_plain(name), "{name}");
        }
        for name in [
            "", "-rf", "a b", "$(id)", "`id`", "a;b", "a*", "~", "a\n", "@a", "é", "a'b", "a\\b",
            "a:b", "!a",
        ] {
            assert!(!is_plain(name), "{name:?}");
        }
    }
}
