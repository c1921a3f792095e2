//! The tables and their migrations, by `user_version`.
//!
//! Invariant: a released migration never changes. All missing migrations run in one transaction.

use rusqlite::{Connection, TransactionBehavior};

use super::recovered::{self, RecoveredAccount};
use crate::private_database::{self, DatabaseOwner};

/// Marks the file as igconnect's: "igco" in ASCII.
const APPLICATION_ID: i32 = 0x6967_636f;

/// Each brings the tables from the version of its index to the next.
const MIGRATIONS: [&str; 2] = [
    "
    CREATE TABLE account (
        id TEXT PRIMARY KEY,
        app_scoped_id TEXT,
        username TEXT NOT NULL COLLATE NOCASE,
        alias TEXT UNIQUE COLLATE NOCASE,
        is_default INTEGER NOT NULL DEFAULT 0,
        app TEXT NOT NULL,
        store TEXT NOT NULL,
        generation INTEGER NOT NULL DEFAULT 0,
        issued_at INTEGER,
        expires_at INTEGER,
        scopes TEXT NOT NULL DEFAULT '',
        fingerprint TEXT,
        connected_at INTEGER NOT NULL,
        verified_at INTEGER,
        trouble TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX account_username ON account (username, id);
    CREATE INDEX account_expires_at ON account (expires_at, id);
    CREATE INDEX account_seen_at ON account
        (max(ifnull(verified_at, issued_at), ifnull(issued_at, verified_at)));
    CREATE INDEX account_trouble ON account (trouble) WHERE trouble IS NOT NULL;
    CREATE UNIQUE INDEX account_default ON account (is_default) WHERE is_default = 1;

    CREATE TABLE profile (
        account_id TEXT PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
        name TEXT,
        biography TEXT,
        website TEXT,
        account_type TEXT,
        profile_picture_url TEXT,
        followers_count INTEGER,
        follows_count INTEGER,
        media_count INTEGER,
        fetched_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE history (
        sequence INTEGER PRIMARY KEY,
        account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        cause TEXT,
        expires_at INTEGER,
        followers_count INTEGER,
        follows_count INTEGER,
        media_count INTEGER
    ) STRICT;
    CREATE INDEX history_account ON history (account_id, at);

    CREATE TABLE journal (
        account_id TEXT PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
        operation TEXT NOT NULL,
        generation INTEGER NOT NULL,
        began_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE pending_login (
        state_digest TEXT PRIMARY KEY,
        app TEXT NOT NULL,
        redirect_uri TEXT NOT NULL,
        scopes TEXT NOT NULL,
        alias TEXT,
        expect TEXT,
        expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
",
    "
    ALTER TABLE account ADD COLUMN other_store TEXT;
    ALTER TABLE account ADD COLUMN trouble_at INTEGER;
",
];

/// The version that this igconnect writes.
pub(super) const VERSION: i32 = MIGRATIONS.len() as i32;

pub(super) fn format(connection: &Connection) -> rusqlite::Result<DatabaseOwner> {
    private_database::format(connection, APPLICATION_ID)
}

/// Sets how this connection writes, and migrates the tables. Files of other programs and newer versions stay untouched.
/// An empty file gets tables only together with the rows of `found`, because a cache without rows says that no account
/// is connected.
pub(super) fn prepare(
    connection: &mut Connection,
    found: Option<&[RecoveredAccount<'_>]>,
) -> rusqlite::Result<()> {
    // The rollback journal, not WAL: readers then need no write access to the folder.
    // FULL survives a loss of power. Foreign keys remove an account's history, and secure_delete its name in the file.
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;
         PRAGMA cell_size_check = ON;",
    )?;
    match format(connection)? {
        DatabaseOwner::Ours(VERSION) | DatabaseOwner::OtherProgram => return Ok(()),
        DatabaseOwner::Empty if found.is_none() => return Ok(()),
        _ => {}
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read again: another process may have been faster.
    let (version, found) = match (format(&transaction)?, found) {
        (DatabaseOwner::Ours(version), _) => (usize::try_from(version).unwrap_or(usize::MAX), None),
        (DatabaseOwner::Empty, Some(found)) => (0, Some(found)),
        (DatabaseOwner::Empty, None) | (DatabaseOwner::OtherProgram, _) => return Ok(()),
    };
    for migration in MIGRATIONS.get(version..).unwrap_or_default() {
        transaction.execute_batch(migration)?;
    }
    if version < MIGRATIONS.len() {
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    for account in found.unwrap_or_default() {
        recovered::insert(&transaction, account)?;
    }
    transaction.commit()
}
