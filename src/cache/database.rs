//! An open cache, and how it is queried.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::error::CacheError;
use super::shared_commit::SharedCommit;

pub struct Cache {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    /// Whether it has the tables of this version. A reader may find those of an older one.
    pub(super) is_current: bool,
    pub(super) open_commit: RefCell<Option<Rc<SharedCommit>>>,
}

impl Cache {
    pub(super) fn read<T>(&self, result: rusqlite::Result<T>) -> Result<T, CacheError> {
        result.map_err(|error| CacheError::from_sqlite(&error, &self.path))
    }

    pub(super) fn query<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        parse: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, CacheError> {
        let statement = self.connection.prepare_cached(sql);
        self.read(statement.and_then(|mut sql| sql.query_map(parameters, parse)?.collect()))
    }

    /// Returns the first row, if there is one.
    pub(super) fn query_one<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        parse: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, CacheError> {
        let statement = self.connection.prepare_cached(sql);
        self.read(statement.and_then(|mut sql| sql.query_row(parameters, parse).optional()))
    }

    /// Makes a change of one statement, and returns how many rows it changed.
    pub(super) fn execute(&self, sql: &str, parameters: impl Params) -> Result<usize, CacheError> {
        self.transaction(|transaction| transaction.execute(sql, parameters))
    }

    /// From here on every read sees the state of the first one.
    pub(crate) fn begin_snapshot(&self) -> Result<(), CacheError> {
        self.read(self.connection.execute_batch("BEGIN"))
    }
}
