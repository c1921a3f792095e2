//! Answers a shell's Tab with the words that may come next, including the accounts of the cache.
//!
//! Invariants: no offered word has a special meaning for a shell, because usernames are untrusted and shells insert words
//! as they are. Accounts with other characters in their names are offered by id. Errors are silent.

use std::ffi::{OsStr, OsString};
use std::sync::Arc;

use clap::{Arg, Command};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, complete};
use clap_complete::env::EnvCompleter;

use crate::account::{StoreKind, deceives};
use crate::cache::{Cache, Name};
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
    clock: Clock,
) -> Vec<u8> {
    let words = arguments.iter().skip_while(|word| *word != "--").skip(1);
    let words: Vec<OsString> = words.cloned().collect();
    let sandbox = words.iter().any(|word| word == "--sandbox");
    command.build();
    let mut command = with_values(command, &Settings::new(sandbox, clock).ok().map(Arc::new));
    let Some(last) = words.len().checked_sub(1) else {
        return Vec::new();
    };
    let mut answer = Vec::new();
    if shell == "powershell" {
        // Its script comes from clap_complete, and so does the format that it reads.
        let written =
            clap_complete::env::Powershell.write_complete(&mut command, words, None, &mut answer);
        return written.map(|()| answer).unwrap_or_default();
    }
    let nothing_typed = words.last().is_some_and(|word| word.is_empty());
    let mut candidates = complete(&mut command, words, last, None).unwrap_or_default();
    if nothing_typed && candidates.iter().any(|candidate| !is_flag(candidate)) {
        candidates.retain(|candidate| !is_flag(candidate));
    }
    for candidate in &candidates {
        answer.extend_from_slice(candidate.get_value().as_encoded_bytes());
        answer.push(b'\t');
        let help = candidate
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        let line = help.lines().next().unwrap_or_default();
        answer.extend_from_slice(line.replace(deceives, " ").as_bytes());
        answer.push(b'\n');
    }
    answer
}

fn is_flag(candidate: &CompletionCandidate) -> bool {
    candidate.get_value().as_encoded_bytes().starts_with(b"-")
}

/// Adds the names of this machine to the arguments of all commands. The value names in the help say what they take.
fn with_values(command: Command, settings: &Option<Arc<Settings>>) -> Command {
    let Some(settings) = settings else {
        return command;
    };
    let removes = command.get_name() == "remove";
    let command = command.mut_args(|arg| {
        let named = |name: &str| {
            let names = arg.get_value_names().unwrap_or_default();
            names.iter().any(|value| value.starts_with(name))
        };
        if named("ACCOUNT") {
            complete_with(arg, settings, list_accounts)
        } else if arg.get_id() == "app" || (removes && named("NAME")) {
            complete_with(arg, settings, list_apps)
        } else if named("STORE") {
            complete_with(arg, settings, |settings, _| list_stores(settings))
        } else if arg.get_id() == "scenario" {
            complete_with(arg, settings, |_, typed| list_scenarios(typed))
        } else {
            arg
        }
    });
    let settings = Some(Arc::clone(settings));
    command.mut_subcommands(|command| with_values(command, &settings))
}

fn complete_with(
    arg: Arg,
    settings: &Arc<Settings>,
    names: impl Fn(&Settings, &str) -> Vec<CompletionCandidate> + Send + Sync + 'static,
) -> Arg {
    let settings = Arc::clone(settings);
    arg.add(ArgValueCompleter::new(move |typed: &OsStr| {
        let Some(typed) = typed.to_str() else {
            return Vec::new();
        };
        let mut names = names(&settings, typed);
        names.retain(|name| {
            name.get_value()
                .to_str()
                .is_some_and(|name| name.starts_with(typed))
        });
        names
    }))
}

fn list_accounts(settings: &Settings, typed: &str) -> Vec<CompletionCandidate> {
    let cache = settings.paths.database().ok();
    let cache = cache.and_then(|path| Cache::open_to_read(&path).ok().flatten());
    let names = cache.and_then(|cache| cache.names(typed.trim_start_matches('@'), NAMES_MAX).ok());
    let names = names.unwrap_or_default();
    names
        .iter()
        .filter_map(|name| describe_account(name, typed.starts_with('@')))
        .collect()
}

/// Returns the alias, or the username if it is unique, or the id.
fn describe_account(name: &Name, after_at: bool) -> Option<CompletionCandidate> {
    match name {
        Name::Alias { alias, .. } if after_at || !is_plain(alias) => None,
        Name::Alias { alias, username } => {
            let owner = is_plain(username).then(|| format!("@{username}").into());
            Some(CompletionCandidate::new(alias).help(owner))
        }
        Name::Username {
            username,
            id,
            ambiguous,
        } => {
            if *ambiguous || !is_plain(username) {
                return Some(id.as_str().into());
            }
            let digits = username.bytes().all(|b| b.is_ascii_digit());
            let at = if after_at || digits { "@" } else { "" };
            Some(format!("{at}{username}").into())
        }
        Name::Id { id, username } => {
            let owner = is_plain(username).then(|| format!("@{username}").into());
            Some(CompletionCandidate::new(id.as_str()).help(owner))
        }
    }
}

fn list_apps(settings: &Settings, _typed: &str) -> Vec<CompletionCandidate> {
    let config = settings.config().unwrap_or_default();
    let names = config.app_names().into_iter().filter(|name| is_plain(name));
    names.map(CompletionCandidate::new).collect()
}

/// Credential helpers are missing: their names have a colon, at which some shells split words.
fn list_stores(settings: &Settings) -> Vec<CompletionCandidate> {
    let file = (!settings.world.is_real()).then_some(StoreKind::File);
    let kinds = [StoreKind::Keyring, StoreKind::Sealed]
        .into_iter()
        .chain(file);
    let candidate = |kind: StoreKind| {
        CompletionCandidate::new(kind.as_str()).help(Some(kind.description().into()))
    };
    kinds.map(candidate).collect()
}

fn list_scenarios(typed: &str) -> Vec<CompletionCandidate> {
    let recorded = Scenario::answers().filter(|_| typed.starts_with("answer:"));
    let every = Scenario::all().iter().copied().chain(recorded);
    let candidate = |scenario: Scenario| {
        CompletionCandidate::new(scenario.name()).help(Some(scenario.about().into()))
    };
    every.map(candidate).collect()
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
