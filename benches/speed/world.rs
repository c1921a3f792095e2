//! A cache with as many accounts as wanted, in the schema of the program.

use std::path::Path;

use igconnect::cache::Cache;
use rusqlite::{Connection, params};

/// Makes it in `folder`. The account in the middle is the default one.
pub fn make(folder: &Path, accounts: u64) {
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
    transaction.commit().expect("a cache");
}
