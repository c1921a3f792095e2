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
use rusqlite::{Connection, OpenFlags, ToSql};

use super::World;

pub const DAY: i64 = 86_400;

/// The current time in seconds, as the database has it.
pub fn now() -> i64 {
    Timestamp::now().as_second()
}

/// A row of a table, with a field for each column.
pub trait Row: Sized {
    const TABLE: &str;
    /// The first one identifies a row.
    const COLUMNS: &[&str];

    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self>;

    fn values(&self) -> Vec<&dyn ToSql>;
}

macro_rules! row {
    ($name:ident of $table:literal: $($column:ident: $type:ty,)+) => {
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            $(pub $column: $type,)+
        }

        impl Row for $name {
            const TABLE: &str = $table;
            const COLUMNS: &[&str] = &[$(stringify!($column)),+];

            fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
                Ok(Self { $($column: row.get(stringify!($column))?,)+ })
            }

            fn values(&self) -> Vec<&dyn ToSql> {
                vec![$(&self.$column),+]
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

row! { PendingLogin of "pending_login":
    state_digest: String,
    expires_at: i64,
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

#[track_caller]
fn expect<T>(result: rusqlite::Result<T>) -> T {
    result.expect("an answer of SQLite")
}

impl Database {
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All rows of a table, in order.
    #[track_caller]
    pub fn rows<R: Row>(&self) -> Vec<R> {
        let connection = self.open();
        let sql = format!("SELECT * FROM {} ORDER BY {}", R::TABLE, R::COLUMNS[0]);
        let mut statement = expect(connection.prepare(&sql));
        let rows = expect(statement.query_map([], |row| R::read(row)));
        expect(rows.collect())
    }

    #[track_caller]
    pub fn add<R: Row>(&self, rows: impl IntoIterator<Item = R>) {
        let columns = R::COLUMNS.join(", ");
        let values = vec!["?"; R::COLUMNS.len()].join(", ");
        let sql = format!("INSERT INTO {} ({columns}) VALUES ({values})", R::TABLE);
        self.write(|connection| {
            let mut statement = expect(connection.prepare(&sql));
            for row in rows {
                expect(statement.execute(&row.values()[..]));
            }
        });
    }

    /// Changes columns of every row of a table.
    #[track_caller]
    pub fn change_rows<R: Row>(&self, change: impl Fn(&mut R)) {
        let rows = self.rows();
        let set: Vec<_> = R::COLUMNS
            .iter()
            .map(|name| format!("{name} = ?"))
            .collect();
        let key = R::COLUMNS[0];
        let sql = format!(
            "UPDATE {} SET {} WHERE {key} = ?1",
            R::TABLE,
            set.join(", ")
        );
        self.write(|connection| {
            let mut statement = expect(connection.prepare(&sql));
            for mut row in rows {
                change(&mut row);
                expect(statement.execute(&row.values()[..]));
            }
        });
    }

    /// Deletes every row of a table, and with an account its profile, history and journal.
    #[track_caller]
    pub fn delete_rows<R: Row>(&self) {
        self.execute(&format!("DELETE FROM {}", R::TABLE));
    }

    #[track_caller]
    pub fn accounts(&self) -> Vec<Account> {
        self.rows()
    }

    /// The account with this id, alias, or username behind an `@`.
    #[track_caller]
    pub fn account(&self, name: &str) -> Account {
        let mut accounts = self.accounts().into_iter();
        let account = accounts.find(|account| is_called(account, name));
        account.unwrap_or_else(|| panic!("no account is called {name}"))
    }

    /// Changes columns of every account.
    #[track_caller]
    pub fn change(&self, change: impl Fn(&mut Account)) {
        self.change_rows(change);
    }

    /// Changes columns of one account.
    #[track_caller]
    pub fn change_one(&self, name: &str, change: impl Fn(&mut Account)) {
        let id = self.account(name).id;
        self.change(|account| {
            if account.id == id {
                change(account);
            }
        });
    }

    /// Sets when the token of every account expires, in seconds from now.
    #[track_caller]
    pub fn expire_in(&self, seconds: i64) {
        self.change(|account| account.expires_at = Some(now() + seconds));
    }

    /// Sets the trouble of every account, by its word.
    #[track_caller]
    pub fn set_trouble(&self, word: &str) {
        self.change(|account| account.trouble = Some(word.to_owned()));
    }

    /// Gives an account an id that igconnect cannot read.
    #[track_caller]
    pub fn break_id(&self, name: &str) {
        let id = self.account(name).id;
        let connection = self.open();
        expect(connection.execute_batch("PRAGMA foreign_keys = OFF"));
        let sql = "UPDATE account SET id = 'no id', username = 'zzz' WHERE id = ?1";
        expect(connection.execute(sql, [id]));
    }

    /// Deletes an account as another process would.
    #[track_caller]
    pub fn delete(&self, name: &str) {
        let id = self.account(name).id;
        let sql = "DELETE FROM account WHERE id = ?1";
        assert_eq!(expect(self.open().execute(sql, [id])), 1);
    }

    #[track_caller]
    pub fn profiles(&self) -> Vec<Profile> {
        self.rows()
    }

    /// The history of all accounts, in the order in which it was written.
    #[track_caller]
    pub fn history(&self) -> Vec<Event> {
        self.rows()
    }

    /// The words of the history.
    #[track_caller]
    pub fn events(&self) -> Vec<String> {
        self.history().into_iter().map(|event| event.kind).collect()
    }

    #[track_caller]
    pub fn count_events(&self, word: &str) -> usize {
        self.events().iter().filter(|event| *event == word).count()
    }

    /// The changes that are under way, or were interrupted.
    #[track_caller]
    pub fn journal(&self) -> Vec<Change> {
        self.rows()
    }

    /// Makes it look as if this operation (`refresh`, `disconnect`) on the account had been interrupted long ago.
    #[track_caller]
    pub fn interrupt(&self, name: &str, operation: &str) {
        let account = self.account(name);
        self.add([Change {
            account_id: account.id,
            operation: operation.to_owned(),
            generation: account.generation + i64::from(operation == "refresh"),
            began_at: 0,
        }]);
    }

    /// The version of the tables.
    #[track_caller]
    pub fn version(&self) -> i64 {
        let connection = self.open();
        expect(connection.query_row("PRAGMA user_version", [], |row| row.get(0)))
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
        expect(self.open_with(flags).execute_batch(statements));
    }

    /// Takes the right to write, and gives it back. Fails where another process keeps it for long.
    #[track_caller]
    pub fn touch(&self) {
        self.write(|_| {});
    }

    #[track_caller]
    fn write(&self, change: impl FnOnce(&Connection)) {
        let connection = self.open();
        expect(connection.execute_batch("BEGIN IMMEDIATE"));
        change(&connection);
        expect(connection.execute_batch("COMMIT"));
    }

    /// Never makes a file: a test that looks must not change what it looks at.
    #[track_caller]
    fn open(&self) -> Connection {
        self.open_with(OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    #[track_caller]
    fn open_with(&self, flags: OpenFlags) -> Connection {
        let connection = expect(Connection::open_with_flags(&self.path, flags));
        expect(connection.busy_timeout(Duration::from_secs(30)));
        expect(connection.execute_batch("PRAGMA foreign_keys = ON"));
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
