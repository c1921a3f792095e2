//! Where the source takes a secret out of its type.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the text of a secret may be taken out of its type, and for what.
#[rustfmt::skip] // a table: a row is a line
const MAY_EXPOSE: [(&str, &str); 22] = [
    ("account/authorization/secrets.rs", "the type of code and state, and the comparison of states"),
    ("account/secret.rs", "the type itself"),
    ("account/fingerprint.rs", "the keyed hash that is a fingerprint"),
    ("commands/refresh/hand_over.rs", "standard input of the command that takes a renewed token"),
    ("commands/run.rs", "the environment of the command that the person runs"),
    ("commands/token.rs", "stdout of the one command that prints a token"),
    ("instagram/app_check.rs", "the query of the check of the App Secret"),
    ("instagram/profile.rs", "the Authorization header"),
    ("instagram/token.rs", "the body or query of the four exchanges"),
    ("store/credential_helper.rs", "standard input of the credential helper that keeps it"),
    ("store/deadline.rs", "a copy for the thread that waits for the keyring"),
    ("store/token_entry.rs", "what the store keeps"),
    ("store/file.rs", "the sandbox's store"),
    ("store/app_secrets.rs", "App Secrets as a store keeps them"),
    ("store/keyring/entries.rs", "the keyring"),
    ("store/tokens.rs", "the comparison of what comes back with what was written"),
    ("store/openbao/kv.rs", "what OpenBao keeps"),
    ("store/openbao/transport.rs", "the header of each request to OpenBao"),
    ("store/openbao/login_token.rs", "a copy of the token for OpenBao"),
    ("store/sealed/sealed_store.rs", "what is sealed"),
    ("store/sealed/key_sources.rs", "the key as the keyring and a key file keep it"),
    ("store/check.rs", "the comparison of the test entry of a store check"),
];

#[test]
fn secrets_are_taken_out_of_their_type_in_these_files_alone() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    let mut folders = vec![source.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // Tests make up their own secrets.
                folders.extend(Some(path).filter(|path: &PathBuf| !path.ends_with("tests")));
            } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs")
            {
                let text = fs::read_to_string(&path).unwrap();
                let program = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
                if program.contains(".expose()") {
                    let name = path.strip_prefix(&source).unwrap();
                    found.insert(name.to_str().unwrap().replace('\\', "/"));
                }
            }
        }
    }
    let allowed: BTreeSet<_> = (MAY_EXPOSE.iter().map(|(name, _)| (*name).to_owned())).collect();
    assert_eq!(found, allowed);
}
