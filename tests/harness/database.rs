//! The accounts database of a world: the one place outside `src/cache` that knows its tables.
//!
//! ```ignore
//! let database = world.database();
//! database.change_one("lina", |account| account.expires_at = Some(now() - 60));
//! assert_eq!(database.account("lina").generation, 1);
//! assert_eq!(database.journal(), []);
//! ```

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, Row, ToSql};

use super::World;

pub const DAY: i64 = 86_400;

/// The current time in seconds, as the database has it.
pub fn now() -> i64 {
    Timestamp::now().as_second()
}

/// A table's row as a struct with a field for each column. The first column tells rows apart.
macro_rules! row {
    ($name:ident of $table:literal: $key:ident: $of:ty, $($column:ident: $type:ty,)+) => {
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            pub $key: $of,
            $(pub $column: $type,)+
        }

        #[allow(dead_code, reason = "not every table is written in every way")]
        impl $name {
            fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
                Ok(Self {
                    $key: row.get(stringify!($key))?,
                    $($column: row.get(stringify!($column))?,)+
                })
            }

            fn values(&self) -> Vec<&dyn ToSql> {
                vec![&self.$key, $(&self.$column),+]
            }

            fn update(&self, connection: &Connection) {
                let columns = [stringify!($key), $(stringify!($column)),+];
                let set = columns.map(|column| format!("{column} = ?")).join(", ");
                let sql = format!("UPDATE {} SET {set} WHERE {} = ?1", $table, stringify!($key));
                connection.execute(&sql, &self.values()[..]).expect("a changed row");
            }

            fn insert(&self, connection: &Connection) {
                let columns = [stringify!($key), $(stringify!($column)),+];
                let marks = columns.map(|_| "?").join(", ");
                let columns = columns.join(", ");
                let sql = format!("INSERT INTO {} ({columns}) VALUES ({marks})", $table);
                connection.execute(&sql, &self.values()[..]).expect("a new row");
            }
        }
    };
}

row! { Account of "account":
    id: String,
    app_scoped_id: Option<String>,
    username: String,
    alias: Option<String>,
    is_default: bool,
    app: String,
    store: String,
    other_store: Option<String>,
    generation: i64,
    issued_at: Option<i64>,
    expires_at: Option<i64>,
    scopes: String,
    fingerprint: Option<String>,
    connected_at: i64,
    verified_at: Option<i64>,
    trouble: Option<String>,
    trouble_at: Option<i64>,
}

row! { Profile of "profile":
    account_id: String,
    name: Option<String>,
    biography: Option<String>,
    website: Option<String>,
    account_type: Option<String>,
    profile_picture_url: Option<String>,
    followers_count: Option<i64>,
    follows_count: Option<i64>,
    media_count: Option<i64>,
    fetched_at: i64,
}

row! { Event of "history":
    sequence: Option<i64>,
    account_id: String,
    at: i64,
    kind: String,
    cause: Option<String>,
    expires_at: Option<i64>,
    followers_count: Option<i64>,
    follows_count: Option<i64>,
    media_count: Option<i64>,
}

row! { Change of "journal":
    account_id: String,
    operation: String,
    generation: i64,
    began_at: i64,
}

/// The file. Each method opens it once.
pub struct Database {
    path: PathBuf,
}

impl World {
    /// The database of the sandbox that the world's variables choose.
    pub fn database(&self) -> Database {
        Database::at(self.data().join("igconnect.sqlite"))
    }

    /// The database for a sandbox that listens on this port.
    pub fn database_of(&self, port: u16) -> Database {
        Database::at(self.world_folder(port).join("igconnect.sqlite"))
    }
}

impl Database {
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The account with this id, alias, or username behind an `@`.
    #[track_caller]
    pub fn account(&self, name: &str) -> Account {
        let mut accounts = self.accounts();
        accounts.retain(|account| is_called(account, name));
        accounts
            .pop()
            .unwrap_or_else(|| panic!("no account is called {name}"))
    }

    /// All accounts, by id.
    #[track_caller]
    pub fn accounts(&self) -> Vec<Account> {
        rows(
            &self.open(),
            "SELECT * FROM account ORDER BY id",
            Account::read,
        )
    }

    /// Changes the columns of every account.
    #[track_caller]
    pub fn change(&self, change: impl Fn(&mut Account)) {
        self.change_where(|_| true, change);
    }

    /// Changes the columns of one account.
    #[track_caller]
    pub fn change_one(&self, name: &str, change: impl Fn(&mut Account)) {
        self.change_where(|account| is_called(account, name), change);
    }

    /// Sets when the token of every account expires, in seconds from now.
    #[track_caller]
    pub fn expire_in(&self, seconds: i64) {
        self.change(|account| account.expires_at = Some(now() + seconds));
    }

    /// Sets what is wrong with every account, by its word.
    #[track_caller]
    pub fn set_trouble(&self, word: &str) {
        self.change(|account| account.trouble = Some(word.to_owned()));
    }

    #[track_caller]
    fn change_where(&self, wanted: impl Fn(&Account) -> bool, change: impl Fn(&mut Account)) {
        let accounts = self.accounts();
        let connection = self.open();
        let mut changed = 0;
        for mut account in accounts.into_iter().filter(wanted) {
            change(&mut account);
            account.update(&connection);
            changed += 1;
        }
        assert!(changed > 0, "no account to change");
    }

    /// Gives an account an id that is none.
    #[track_caller]
    pub fn break_id(&self, name: &str) {
        let id = self.account(name).id;
        let connection = self.open();
        connection
            .execute_batch("PRAGMA foreign_keys = OFF")
            .expect("a setting");
        let sql = "UPDATE account SET id = 'no id', username = 'zzz' WHERE id = ?1";
        connection.execute(sql, [id]).expect("a broken id");
    }

    /// Adds an account, which has neither profile nor history.
    #[track_caller]
    pub fn add(&self, accounts: impl IntoIterator<Item = Account>) {
        self.in_one_change(|connection| {
            accounts
                .into_iter()
                .for_each(|account| account.insert(connection));
        });
    }

    /// Deletes an account as another process would.
    #[track_caller]
    pub fn delete(&self, name: &str) {
        let id = self.account(name).id;
        let sql = "DELETE FROM account WHERE id = ?1";
        assert_eq!(self.open().execute(sql, [id]).expect("a deletion"), 1);
    }

    /// Deletes every account, with profile, history and journal.
    #[track_caller]
    pub fn delete_all(&self) {
        self.execute("DELETE FROM account");
    }

    #[track_caller]
    pub fn profiles(&self) -> Vec<Profile> {
        rows(
            &self.open(),
            "SELECT * FROM profile ORDER BY account_id",
            Profile::read,
        )
    }

    /// Changes the columns of every profile.
    #[track_caller]
    pub fn change_profiles(&self, change: impl Fn(&mut Profile)) {
        let profiles = self.profiles();
        self.in_one_change(|connection| {
            for mut profile in profiles {
                change(&mut profile);
                profile.update(connection);
            }
        });
    }

    #[track_caller]
    pub fn add_profiles(&self, profiles: impl IntoIterator<Item = Profile>) {
        self.in_one_change(|connection| {
            profiles
                .into_iter()
                .for_each(|profile| profile.insert(connection));
        });
    }

    #[track_caller]
    pub fn delete_profiles(&self) {
        self.execute("DELETE FROM profile");
    }

    /// The history of all accounts, in the order in which it was written.
    #[track_caller]
    pub fn history(&self) -> Vec<Event> {
        rows(
            &self.open(),
            "SELECT * FROM history ORDER BY sequence",
            Event::read,
        )
    }

    /// The words of the history, in the order in which they were written.
    #[track_caller]
    pub fn events(&self) -> Vec<String> {
        self.history().into_iter().map(|event| event.kind).collect()
    }

    /// How many events the history of all accounts has of this word.
    #[track_caller]
    pub fn count_events(&self, word: &str) -> usize {
        self.events().iter().filter(|event| *event == word).count()
    }

    #[track_caller]
    pub fn change_history(&self, change: impl Fn(&mut Event)) {
        let history = self.history();
        self.in_one_change(|connection| {
            for mut event in history {
                change(&mut event);
                event.update(connection);
            }
        });
    }

    #[track_caller]
    pub fn add_history(&self, events: impl IntoIterator<Item = Event>) {
        self.in_one_change(|connection| {
            events
                .into_iter()
                .for_each(|event| event.insert(connection));
        });
    }

    #[track_caller]
    pub fn delete_history(&self) {
        self.execute("DELETE FROM history");
    }

    /// The changes that are under way, or were interrupted.
    #[track_caller]
    pub fn journal(&self) -> Vec<Change> {
        rows(
            &self.open(),
            "SELECT * FROM journal ORDER BY account_id",
            Change::read,
        )
    }

    /// Makes it look as if this operation (`refresh`, `disconnect`) on the account had been interrupted long ago.
    #[track_caller]
    pub fn interrupt(&self, name: &str, operation: &str) {
        let account = self.account(name);
        let change = Change {
            account_id: account.id,
            operation: operation.to_owned(),
            generation: account.generation + i64::from(operation == "refresh"),
            began_at: 0,
        };
        change.insert(&self.open());
    }

    #[track_caller]
    pub fn clear_journal(&self) {
        self.execute("DELETE FROM journal");
    }

    /// Lets the logins that were begun expire so many seconds earlier.
    #[track_caller]
    pub fn age_pending_logins(&self, seconds: i64) {
        let sql = "UPDATE pending_login SET expires_at = expires_at - ?1";
        assert!(self.open().execute(sql, [seconds]).expect("a change") > 0);
    }

    /// The version of the tables.
    #[track_caller]
    pub fn version(&self) -> i64 {
        let connection = self.open();
        let version = connection.query_row("PRAGMA user_version", [], |row| row.get(0));
        version.expect("a version")
    }

    #[track_caller]
    pub fn set_version(&self, version: i64) {
        self.execute(&format!("PRAGMA user_version = {version}"));
    }

    /// Makes the tables those of the first version.
    #[track_caller]
    pub fn downgrade(&self) {
        self.execute(
            "ALTER TABLE account DROP COLUMN other_store; ALTER TABLE account DROP COLUMN trouble_at;
             PRAGMA user_version = 1",
        );
    }

    /// What is wrong with the file by SQLite's own checks, if anything.
    pub fn fault(&self) -> Option<String> {
        let checks = "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'
                      UNION ALL SELECT 'a reference to nothing in ' || \"table\" FROM pragma_foreign_key_check
                      UNION ALL SELECT 'a table that is not strict: ' || name FROM pragma_table_list
                      WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite%'";
        let open = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE);
        let fault = open.and_then(|connection| {
            let mut checks = connection.prepare(checks)?;
            let mut faults = checks.query([])?;
            faults.next()?.map(|row| row.get(0)).transpose()
        });
        fault.unwrap_or_else(|error| Some(error.to_string()))
    }

    /// Fails unless the file is sound and nothing is under way.
    #[track_caller]
    pub fn assert_sound(&self) {
        assert_eq!(self.fault(), None);
        assert_eq!(self.journal(), []);
    }

    /// Runs statements on a database that need not be igconnect's, which is made where there is none. For such files
    /// only: a test of igconnect's own tables gets a method above.
    #[track_caller]
    pub fn execute(&self, statements: &str) {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        self.open_with(flags)
            .execute_batch(statements)
            .expect("statements");
    }

    /// Takes the right to write, and gives it back. Fails where another process keeps it for long.
    #[track_caller]
    pub fn touch(&self) {
        self.in_one_change(|_| {});
    }

    #[track_caller]
    fn in_one_change(&self, change: impl FnOnce(&Connection)) {
        let connection = self.open();
        connection
            .execute_batch("BEGIN IMMEDIATE")
            .expect("a change");
        change(&connection);
        connection.execute_batch("COMMIT").expect("a change");
    }

    /// Never makes a file: a test that looks must not change what it looks at.
    #[track_caller]
    fn open(&self) -> Connection {
        self.open_with(OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    #[track_caller]
    fn open_with(&self, flags: OpenFlags) -> Connection {
        let connection = Connection::open_with_flags(&self.path, flags);
        let connection =
            connection.unwrap_or_else(|error| panic!("{}: {error}", self.path.display()));
        connection
            .busy_timeout(Duration::from_secs(30))
            .expect("a timeout");
        connection
            .execute_batch("PRAGMA foreign_keys = ON")
            .expect("a setting");
        connection
    }
}

/// So that `std::fs` takes a database for its path.
impl AsRef<Path> for Database {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

fn is_called(account: &Account, name: &str) -> bool {
    account.id == name
        || account.alias.as_deref() == Some(name)
        || name.strip_prefix('@') == Some(&account.username)
}

#[track_caller]
fn rows<T>(
    connection: &Connection,
    sql: &str,
    read: fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Vec<T> {
    let mut statement = connection.prepare(sql).expect("a question");
    let rows = statement.query_map([], read).expect("an answer");
    rows.collect::<Result<_, _>>().expect("rows")
}
