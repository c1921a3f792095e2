//! The file: SQLite, so that many processes can read and replace entries, each whole or not at all. Secrets are encrypted;
//! the names of entries are not.

use std::path::{Path, PathBuf};

use rusqlite::{
    Connection, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior, params,
};

use super::error::SealedError;
use super::key::Stretching;
use super::key_sources::SealHeader;
use crate::account::{Word, from_word};
use crate::private_database::{self, DatabaseOwner, DatabaseProblem};
use crate::private_files;
use crate::store::error::{StoreError, StoreResult};

/// "igcs" in ASCII: igconnect's sealed file.
const APPLICATION_ID: i32 = 0x6967_6373;

/// A file with a higher format is left alone.
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

pub(super) struct SealedFile {
    connection: Connection,
    path: PathBuf,
}

impl SealedFile {
    /// Opens the file; `None` if it does not exist.
    pub(super) fn open(path: &Path) -> StoreResult<Option<Self>> {
        let exists = private_files::exists_private(path)?;
        exists.then(|| Self::connect(path)).transpose()
    }

    pub(super) fn open_or_create(path: &Path) -> StoreResult<Self> {
        if let Some(folder) = path.parent() {
            private_files::create_private_dir(folder)?;
        }
        drop(private_files::open_private(path)?);
        Self::connect(path)
    }

    fn connect(path: &Path) -> StoreResult<Self> {
        // Readers need write access, too: they roll back what a killed writer left.
        let connection = private_database::open(path, OpenFlags::SQLITE_OPEN_READ_WRITE);
        let file = Self {
            connection: connection.map_err(|problem| database_error(path, problem))?,
            path: path.to_owned(),
        };
        // A committed token survives a power cut, and a deleted one does not stay in free pages.
        let careful =
            "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON;";
        file.checked(file.connection.execute_batch(careful))?;
        Ok(file)
    }

    /// Returns the header; `None` if nothing was ever sealed in the file.
    pub(super) fn header(&self) -> StoreResult<Option<SealHeader>> {
        let format = private_database::format(&self.connection, APPLICATION_ID);
        match self.checked(format)? {
            DatabaseOwner::Empty => return Ok(None),
            DatabaseOwner::Ours(format) if format <= FORMAT => {}
            DatabaseOwner::Ours(_) => return Err(SealedError::Newer(self.path.clone()).into()),
            DatabaseOwner::OtherProgram => return Err(self.damaged()),
        }
        let columns = "SELECT file, source, salt, memory, passes, lanes, key_check FROM seal";
        let header = self.checked(self.connection.query_row(columns, [], read_header))?;
        header.map(Some).ok_or_else(|| self.damaged())
    }

    /// Creates the tables and the header that `make` returns; `None` if another process did so first.
    pub(super) fn initialize<K>(
        &self,
        make: impl FnOnce() -> StoreResult<(SealHeader, K)>,
    ) -> StoreResult<Option<(SealHeader, K)>> {
        // `immediate`: two processes that both find the file empty must not both create a key.
        let begin = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate);
        let transaction = self.checked(begin)?;
        let format = private_database::format(&transaction, APPLICATION_ID);
        if self.checked(format)? != DatabaseOwner::Empty {
            return Ok(None);
        }
        let (header, key) = make()?;
        self.checked(insert_header(&transaction, &header))?;
        self.checked(transaction.commit())?;
        Ok(Some((header, key)))
    }

    pub(super) fn entry(&self, name: &str) -> StoreResult<Option<Vec<u8>>> {
        let sql = "SELECT sealed FROM entry WHERE name = ?1";
        let sealed = self.connection.query_row(sql, [name], |row| row.get(0));
        self.checked(sealed.optional())
    }

    pub(super) fn write(&self, name: &str, sealed: &[u8]) -> StoreResult<()> {
        let sql = "INSERT INTO entry (name, sealed) VALUES (?1, ?2)
                   ON CONFLICT (name) DO UPDATE SET sealed = ?2";
        self.checked(self.connection.execute(sql, params![name, sealed]))?;
        Ok(())
    }

    pub(super) fn delete(&self, name: &str) -> StoreResult<()> {
        let sql = "DELETE FROM entry WHERE name = ?1";
        self.checked(self.connection.execute(sql, [name]))?;
        Ok(())
    }

    pub(super) fn names(&self) -> StoreResult<Vec<String>> {
        let all = self.connection.prepare("SELECT name FROM entry");
        self.checked(all.and_then(|mut all| all.query_map([], |row| row.get(0))?.collect()))
    }

    /// The error for an entry or a file that was changed.
    pub(super) fn damaged(&self) -> StoreError {
        database_error(&self.path, DatabaseProblem::Damaged)
    }

    fn checked<T>(&self, result: rusqlite::Result<T>) -> StoreResult<T> {
        result.map_err(|error| database_error(&self.path, private_database::problem(&error)))
    }
}

fn database_error(path: &Path, problem: DatabaseProblem) -> StoreError {
    let problem = problem.at(path, private_files::has_locks);
    let path = path.to_owned();
    SealedError::Database { path, problem }.into()
}

fn insert_header(connection: &Connection, header: &SealHeader) -> rusqlite::Result<()> {
    connection.execute_batch(TABLES)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", FORMAT)?;
    let stretching = header.stretching.as_ref();
    connection.execute(
        "INSERT INTO seal (only_one, file, source, salt, memory, passes, lanes, key_check)
         VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            header.file,
            Word(header.source).to_string(),
            stretching.map(|how| how.salt),
            stretching.map(|how| how.memory),
            stretching.map(|how| how.passes),
            stretching.map(|how| how.lanes),
            header.check,
        ],
    )?;
    Ok(())
}

/// `None` if this program never writes such a row.
fn read_header(row: &Row<'_>) -> rusqlite::Result<Option<SealHeader>> {
    let source: String = row.get("source")?;
    // Only a key from a passphrase was stretched.
    let stretching = match row.get("salt")? {
        None => None,
        Some(salt) => Some(Stretching {
            salt,
            memory: row.get("memory")?,
            passes: row.get("passes")?,
            lanes: row.get("lanes")?,
        }),
    };
    if stretching.is_some_and(|how: Stretching| how.params().is_none()) {
        return Ok(None);
    }
    let (file, check) = (row.get("file")?, row.get("key_check")?);
    Ok(from_word(&source).map(|source| SealHeader {
        file,
        source,
        stretching,
        check,
    }))
}
