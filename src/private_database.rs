//! Opens SQLite files that only this user can read. Follows no link, and lets nothing in the file run code.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

/// Writers hold a database for milliseconds. A longer lock means a stuck process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Without SQLite's own message, which may quote data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DatabaseProblem {
    #[error("is in use by another igconnect")]
    Busy,
    /// The file system has no locks.
    #[error("is in a folder that does not support locks")]
    NoLocks,
    #[error("has no space left on its disk")]
    Full,
    #[error("cannot be written")]
    ReadOnly,
    /// Not a database, or with values that igconnect never writes.
    #[error("is damaged or was changed")]
    Damaged,
    #[error("cannot be used")]
    Failed,
}

impl DatabaseProblem {
    /// SQLite calls a file system without locks busy too, so `has_locks` asks about the folder of the database.
    pub(crate) fn at(self, database: &Path, has_locks: impl FnOnce(&Path) -> bool) -> Self {
        match (self, database.parent()) {
            (Self::Busy, Some(folder)) if !has_locks(folder) => Self::NoLocks,
            (problem, _) => problem,
        }
    }
}

/// Opens an existing database. `private_files` has checked owner and mode.
pub(crate) fn open(path: &Path, access: OpenFlags) -> Result<Connection, DatabaseProblem> {
    let flags = access | OpenFlags::SQLITE_OPEN_NOFOLLOW | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // NOFOLLOW refuses a link anywhere in the path, but folders may be links.
    let real = path.parent().and_then(|dir| dir.canonicalize().ok());
    let real: PathBuf = match (real, path.file_name()) {
        (Some(dir), Some(name)) => dir.join(name),
        _ => path.to_owned(),
    };
    let connection = Connection::open_with_flags(&real, flags).and_then(|connection| {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        Ok(connection)
    });
    connection.map_err(|error| problem(&error))
}

/// Which program made a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DatabaseOwner {
    Empty,
    /// This application's schema of that version.
    Ours(i32),
    OtherProgram,
}

/// Reads the application id and the version in the file header.
pub(crate) fn format(connection: &Connection, application: i32) -> rusqlite::Result<DatabaseOwner> {
    // Not `FROM pragma_user_version`: that would read the tables' definitions, and then read them again.
    let number = |pragma| connection.query_row(pragma, [], |row| row.get::<_, i32>(0));
    if number("PRAGMA application_id")? == application {
        return Ok(DatabaseOwner::Ours(number("PRAGMA user_version")?));
    }
    // In one transaction, because another process may be creating the tables just now.
    let _snapshot = match connection.is_autocommit() {
        true => Some(connection.unchecked_transaction()?),
        false => None,
    };
    let (found, version) = (
        number("PRAGMA application_id")?,
        number("PRAGMA user_version")?,
    );
    Ok(match (found, version) {
        (found, version) if found == application => DatabaseOwner::Ours(version),
        (0, 0) if is_empty(connection)? => DatabaseOwner::Empty,
        _ => DatabaseOwner::OtherProgram,
    })
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)";
    connection.query_row(sql, [], |row| row.get(0))
}

pub(crate) fn problem(error: &rusqlite::Error) -> DatabaseProblem {
    use rusqlite::Error::{
        FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnName, InvalidColumnType,
        Utf8Error,
    };
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => DatabaseProblem::Busy,
        Some(ErrorCode::DiskFull) => DatabaseProblem::Full,
        Some(ErrorCode::ReadOnly) => DatabaseProblem::ReadOnly,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => DatabaseProblem::Damaged,
        Some(_) => DatabaseProblem::Failed,
        None => match error {
            // SQLite is content with the file, but its values have other types than ours.
            FromSqlConversionFailure(..)
            | IntegralValueOutOfRange(..)
            | InvalidColumnName(..)
            | InvalidColumnType(..)
            | Utf8Error(..) => DatabaseProblem::Damaged,
            _ => DatabaseProblem::Failed,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_is_created_meanwhile_is_empty_or_ours() {
        const OURS: i32 = 7;
        let folder = tempfile::tempdir().unwrap();
        for round in 0..200 {
            let path = folder.path().join(format!("{round}.sqlite"));
            let (reader, writer) = (
                Connection::open(&path).unwrap(),
                Connection::open(&path).unwrap(),
            );
            for connection in [&reader, &writer] {
                connection.busy_timeout(BUSY_TIMEOUT).unwrap();
                connection
                    .execute_batch("PRAGMA synchronous = OFF")
                    .unwrap();
            }
            let create = "BEGIN IMMEDIATE; CREATE TABLE one (two); PRAGMA application_id = 7;
                          PRAGMA user_version = 1; COMMIT;";
            std::thread::scope(|scope| {
                scope.spawn(move || writer.execute_batch(create).unwrap());
                loop {
                    match format(&reader, OURS).unwrap() {
                        DatabaseOwner::Empty => {}
                        owner => break assert_eq!(owner, DatabaseOwner::Ours(1), "{round}"),
                    }
                }
            });
        }
    }
}
