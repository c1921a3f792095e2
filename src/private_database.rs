//! SQLite files that only this user may read: no link is followed, and nothing in the file is trusted to act.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

/// Writers hold a database for milliseconds; more than this is a stuck process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// What can be wrong with a database. SQLite's own text stays out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DatabaseProblem {
    /// Another process has held it for too long.
    #[error("is in use by another igconnect")]
    Busy,
    /// The disk is full.
    #[error("has no space left on its disk")]
    Full,
    /// It cannot be written here.
    #[error("cannot be written")]
    ReadOnly,
    /// It is no database, or what is in it was never written by this program.
    #[error("is damaged or was changed")]
    Damaged,
    /// Any other failure.
    #[error("cannot be used")]
    Failed,
}

/// Opens a database that is there. Whose it is, and who may read it, is for `private_files` to judge.
pub(crate) fn open(path: &Path, access: OpenFlags) -> Result<Connection, DatabaseProblem> {
    let flags = access | OpenFlags::SQLITE_OPEN_NOFOLLOW | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // SQLite follows no link in any part of the path then, and folders may well be links.
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

/// Whose a database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Nothing was made in it yet.
    Empty,
    /// The application's, in that version.
    Ours(i32),
    /// Another program's.
    Untrusted,
}

/// Looks at the two numbers in the header of the file.
pub(crate) fn format(connection: &Connection, application: i32) -> rusqlite::Result<Format> {
    // Not `FROM pragma_user_version`: that would read the tables' definitions, and then read them again.
    let number = |pragma| connection.query_row(pragma, [], |row| row.get::<_, i32>(0));
    let found = number("PRAGMA application_id")?;
    let version = number("PRAGMA user_version")?;
    Ok(match (found, version) {
        (found, version) if found == application => Format::Ours(version),
        (0, 0) if is_empty(connection)? => Format::Empty,
        _ => Format::Untrusted,
    })
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row(
        "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)",
        [],
        |row| row.get(0),
    )
}

/// Names the cause of an error of SQLite, without its text.
pub(crate) fn problem(error: &rusqlite::Error) -> DatabaseProblem {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => DatabaseProblem::Busy,
        Some(ErrorCode::DiskFull) => DatabaseProblem::Full,
        Some(ErrorCode::ReadOnly) => DatabaseProblem::ReadOnly,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => DatabaseProblem::Damaged,
        None if is_misread(error) => DatabaseProblem::Damaged,
        _ => DatabaseProblem::Failed,
    }
}

/// Whether a row holds what this program never wrote.
fn is_misread(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{
        FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnName, InvalidColumnType,
        Utf8Error,
    };
    matches!(
        error,
        FromSqlConversionFailure(..)
            | IntegralValueOutOfRange(..)
            | InvalidColumnName(..)
            | InvalidColumnType(..)
            | Utf8Error(..)
    )
}
