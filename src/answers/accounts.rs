//! The document of several accounts. It is written one account at a time, so that memory does not grow with their
//! number.

use std::io::{self, Write};

use serde::Serialize;

use crate::failure::ErrorJson;
use crate::output::json::{self, SCHEMA};

/// A document that is being written.
pub(crate) struct Accounts<'w> {
    out: &'w mut dyn Write,
    is_empty: bool,
}

impl<'w> Accounts<'w> {
    pub(crate) fn begin(out: &'w mut dyn Write) -> io::Result<Self> {
        write!(out, "{{\"schema\":{SCHEMA},\"accounts\":[")?;
        let is_empty = true;
        Ok(Self { out, is_empty })
    }

    pub(crate) fn row(&mut self, row: &impl Serialize) -> io::Result<()> {
        if !std::mem::take(&mut self.is_empty) {
            self.out.write_all(b",")?;
        }
        json::write(row, self.out)
    }

    /// Ends the document. A failure that ended it early is part of it: there is always one document.
    pub(crate) fn end(self, failure: Option<ErrorJson>) -> io::Result<()> {
        self.out.write_all(b"]")?;
        if let Some(failure) = failure {
            self.out.write_all(b",\"error\":")?;
            json::write(&failure, self.out)?;
        }
        self.out.write_all(b"}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Every, Listed};
    use super::*;
    use crate::failure::{Failure, Kind};

    #[test]
    fn a_document_is_written_as_the_schema_has_it() {
        let written = |failure: Option<ErrorJson>| {
            let mut written = Vec::new();
            let mut document = Accounts::begin(&mut written).unwrap();
            document.row(&"a").unwrap();
            document.row(&"b").unwrap();
            document.end(failure).unwrap();
            written
        };
        let (schema, accounts) = (SCHEMA, vec!["a", "b"]);
        let every = Every { schema, accounts };
        assert_eq!(written(None), serde_json::to_vec(&every).unwrap());
        for error in [
            None,
            Some(ErrorJson::from(&Failure::new(Kind::State, "half a row"))),
        ] {
            let listed = Listed {
                schema,
                accounts: every.accounts.clone(),
                error: error.clone(),
            };
            assert_eq!(written(error), serde_json::to_vec(&listed).unwrap());
        }
    }
}
