//! The file: SQLite, so that one entry among ten thousand is read and replaced as fast as among one, by many processes,
//! whole or not at all. What it holds is sealed; names are not.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, TransactionBehavior, params};

use super::super::StoreError;
use super::key::Stretching;
use super::problem::SealedError;
use super::source::Seal;
use crate::account::{Word, from_word};
use crate::private_database::{self, DatabaseProblem, Format};
use crate::private_files;

/// Marks the file as igconnect's sealed one: "igcs" in ASCII.
const APPLICATION_ID: i32 = 0x6967_6373;

/// The format. A newer program may write another; this one then leaves it alone.
const FORMAT: i32 = 1;

const TABLES: &str = "
    CREATE TABLE seal (
        only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
        file BLOB NOT NULL,
        source TEXT NOT NULL,
        salt BLOB,
        memory INTEGER,
        passes INTEGER,
        lanes INTEGER,
        key_check BLOB NOT NULL
    ) STRICT;
    CREATE TABLE entry (name TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT;
";

/// An open container.
pub(super) struct Container {
    connection: Connection,
    path: PathBuf,
}

impl Container {
    /// Opens the file; `None` where there is none.
    pub(super) fn open(path: &Path) -> Result<Option<Self>, StoreError> {
        match private_files::exists_private(path)? {
            true => Self::connect(path).map(Some),
            false => Ok(None),
        }
    }

    /// Opens the file, an empty one where there is none.
    pub(super) fn open_or_create(path: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            private_files::create_private_dir(folder)?;
        }
        drop(private_files::open_private(path)?);
        Self::connect(path)
    }

    fn connect(path: &Path) -> Result<Self, StoreError> {
        // Readers too: what a killed writer left behind is rolled back by whoever comes next.
        let connection = private_database::open(path, OpenFlags::SQLITE_OPEN_READ_WRITE);
        let container = Self {
            connection: connection.map_err(|problem| failed(path, problem))?,
            path: path.to_owned(),
        };
        let careful =
            "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON;";
        container.done(container.connection.execute_batch(careful))?;
        Ok(container)
    }

    /// What the file remembers of its key; `None` where nothing was ever sealed in it.
    pub(super) fn seal(&self) -> Result<Option<Seal>, StoreError> {
        let format = private_database::format(&self.connection, APPLICATION_ID);
        match self.done(format)? {
            Format::Empty => return Ok(None),
            Format::Ours(format) if format <= FORMAT => {}
            Format::Ours(_) => return Err(SealedError::Newer(self.path.clone()).into()),
            Format::Untrusted => return Err(self.damaged()),
        }
        let columns = "SELECT file, source, salt, memory, passes, lanes, key_check FROM seal";
        let seal = self.done(self.connection.query_row(columns, [], seal_in))?;
        seal.map(Some).ok_or_else(|| self.damaged())
    }

    /// Makes the tables and remembers the key that `make` gives, unless another process did so first.
    pub(super) fn begin<K>(
        &mut self,
        make: impl FnOnce() -> Result<(Seal, K), StoreError>,
    ) -> Result<Option<(Seal, K)>, StoreError> {
        let path = self.path.clone();
        let done = |error: rusqlite::Error| failed(&path, private_database::problem(&error));
        let behavior = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(behavior);
        let transaction = transaction.map_err(done)?;
        let format = private_database::format(&transaction, APPLICATION_ID);
        if format.map_err(done)? != Format::Empty {
            return Ok(None);
        }
        let (seal, key) = make()?;
        insert(&transaction, &seal).map_err(done)?;
        transaction.commit().map_err(done)?;
        Ok(Some((seal, key)))
    }

    /// The sealed bytes of an entry.
    pub(super) fn entry(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT sealed FROM entry WHERE name = ?1";
        let sealed = self.connection.query_row(sql, [name], |row| row.get(0));
        self.done(sealed.optional())
    }

    /// Puts an entry in the place of the one of this name.
    pub(super) fn put(&self, name: &str, sealed: &[u8]) -> Result<(), StoreError> {
        let sql = "INSERT INTO entry (name, sealed) VALUES (?1, ?2)
                   ON CONFLICT (name) DO UPDATE SET sealed = ?2";
        self.done(self.connection.execute(sql, params![name, sealed]))?;
        Ok(())
    }

    /// Deletes an entry.
    pub(super) fn delete(&self, name: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM entry WHERE name = ?1";
        self.done(self.connection.execute(sql, [name]))?;
        Ok(())
    }

    /// The names of all entries.
    pub(super) fn names(&self) -> Result<Vec<String>, StoreError> {
        let names = self
            .connection
            .prepare("SELECT name FROM entry")
            .and_then(|mut all| {
                let names = all.query_map([], |row| row.get(0))?;
                names.collect()
            });
        self.done(names)
    }

    /// An entry, or the file, is not as it was written.
    pub(super) fn damaged(&self) -> StoreError {
        failed(&self.path, DatabaseProblem::Damaged)
    }

    fn done<T>(&self, result: rusqlite::Result<T>) -> Result<T, StoreError> {
        result.map_err(|error| failed(&self.path, private_database::problem(&error)))
    }
}

fn failed(path: &Path, problem: DatabaseProblem) -> StoreError {
    let path = path.to_owned();
    SealedError::Database { path, problem }.into()
}

fn insert(connection: &Connection, seal: &Seal) -> rusqlite::Result<()> {
    connection.execute_batch(TABLES)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", FORMAT)?;
    let how = seal.stretching.as_ref();
    connection.execute(
        "INSERT INTO seal (only_one, file, source, salt, memory, passes, lanes, key_check)
         VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            seal.file,
            Word(seal.source).to_string(),
            how.map(|how| how.salt),
            how.map(|how| how.memory),
            how.map(|how| how.passes),
            how.map(|how| how.lanes),
            seal.check,
        ],
    )?;
    Ok(())
}

/// The row of the seal; `None` where this program never wrote such a one.
fn seal_in(row: &Row<'_>) -> rusqlite::Result<Option<Seal>> {
    let source: String = row.get("source")?;
    let stretching = match row.get("salt")? {
        None => None,
        Some(salt) => Some(Stretching {
            salt,
            memory: row.get("memory")?,
            passes: row.get("passes")?,
            lanes: row.get("lanes")?,
        }),
    };
    let (file, check) = (row.get("file")?, row.get("key_check")?);
    Ok(from_word(&source).map(|source| Seal {
        file,
        source,
        stretching,
        check,
    }))
}
