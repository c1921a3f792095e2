//! A cache with as many accounts as wanted, in the schema of the program.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use data_encoding::BASE32_NOPAD;
use igconnect::cache::Cache;
use ring::digest::{SHA256, digest};
use rusqlite::{Connection, params};
use serde_json::json;

/// Makes it in `folder`. The account in the middle is the default one. Accounts that are due have five days left and a
/// token in a plain file; the others are spread over the 50 days, with their tokens nowhere.
pub fn make(folder: &Path, accounts: u64, are_due: bool) {
    let file = folder.join("igconnect.sqlite");
    drop(Cache::create(&file, &[]).expect("a new cache"));
    let mut connection = Connection::open(&file).expect("the new cache");
    let transaction = connection.transaction().expect("a transaction");
    let now = jiff::Timestamp::now().as_second();
    let count = "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1)";
    let account = format!(
        "INSERT INTO account (id, app_scoped_id, username, is_default, app, store, generation, issued_at, expires_at,
             scopes, fingerprint, connected_at, verified_at)
         {count} SELECT printf('178414%011d', i), printf('36214%012d', i), printf('account.%07d', i), i = ?1 / 2,
             'default', 'keyring', 1, ?2 - 86400 * (i % 50), ?2 - 86400 * (i % 50) + 5184000,
             'instagram_business_basic', 'k3f9-02ab', ?2 - 8640000, ?2 - 3600 FROM n"
    );
    let profile = format!(
        "INSERT INTO profile (account_id, name, biography, website, account_type, profile_picture_url,
             followers_count, follows_count, media_count, fetched_at)
         {count} SELECT printf('178414%011d', i), printf('Account %d', i), 'Records, tapes and a listening room',
             'https://example.com/', 'BUSINESS', printf('https://scontent.cdninstagram.com/v/%d.jpg', i),
             i * 7 % 100000, i % 1000, i % 500, ?2 - 3600 FROM n"
    );
    for sql in [account, profile] {
        transaction
            .execute(
                &sql,
                params![i64::try_from(accounts).expect("a count"), now],
            )
            .expect("accounts");
    }
    if are_due {
        let due = "UPDATE account SET store = 'file', fingerprint = NULL, issued_at = ?1 - 4752000, expires_at = ?1 + 432000";
        transaction.execute(due, [now]).expect("due accounts");
        write_tokens(folder, accounts, now);
    }
    transaction.commit().expect("a cache");
}

/// An entry of the store for each account: a checksum and JSON, as `src/store/entry.rs` has them.
fn write_tokens(folder: &Path, accounts: u64, now: i64) {
    let secrets = folder.join("secrets");
    fs::create_dir_all(&secrets).expect("a folder");
    for private in [folder, &secrets] {
        let mode = fs::Permissions::from_mode(0o700);
        fs::set_permissions(private, mode).expect("a private folder");
    }
    for number in 0..accounts {
        let id = format!("178414{number:011}");
        let entry = json!({
            "v": 1, "id": id, "app": "default", "username": format!("account.{number:07}"), "generation": 1,
            "token": token("IGAA", &id), "issued_at": now - 4_752_000, "expires_at": now + 432_000, "scopes": "",
        });
        let entry = entry.to_string();
        let sum = digest(&SHA256, entry.as_bytes());
        let sum = BASE32_NOPAD.encode(sum.as_ref());
        let file = secrets.join(format!("acct.{id}.a"));
        fs::write(&file, format!("{}:{entry}", &sum[..16])).expect("a token");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("a private file");
    }
}

/// A token of this account, as long as a real one. The digits in it are those of the id.
pub fn token(prefix: &str, id: &str) -> String {
    format!("{prefix}{id}{}", "Zq".repeat(70))
}
