//! The document of commands about accounts, written one account after the other, so that memory does not grow with
//! their number.

use std::io::{self, Write};

use serde::Serialize;

use super::{ErrorJson, Plain, SCHEMA};

/// A document that is begun.
pub struct Accounts<'w> {
    out: &'w mut dyn Write,
    /// What is to be written next: a comma, once there is something to part.
    text: Vec<u8>,
}

impl<'w> Accounts<'w> {
    /// Begins the document.
    pub fn begin(out: &'w mut dyn Write) -> io::Result<Self> {
        write!(out, "{{\"schema\":{SCHEMA},\"accounts\":[")?;
        let text = Vec::new();
        Ok(Self { out, text })
    }

    /// Writes one.
    pub fn row(&mut self, row: &impl Serialize) -> io::Result<()> {
        super::write(row, &mut self.text)?;
        self.next()
    }

    /// As [`Self::row`], sooner.
    pub fn plain(&mut self, row: &impl Plain) -> io::Result<()> {
        row.write(&mut self.text);
        self.next()
    }

    fn next(&mut self) -> io::Result<()> {
        self.out.write_all(&self.text)?;
        self.text.clear();
        self.text.push(b',');
        Ok(())
    }

    /// Ends the document. The failure that broke it off has to stand in it: there is never a second one.
    pub fn end(self, failure: Option<ErrorJson>) -> io::Result<()> {
        self.out.write_all(b"]")?;
        if let Some(failure) = failure {
            self.out.write_all(b",\"error\":")?;
            super::write(&failure, self.out)?;
        }
        self.out.write_all(b"}")
    }
}
