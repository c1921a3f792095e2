//! Fieldless enums as words, as serde writes them in JSON: for the database, metrics and logs.

use std::fmt;

use serde::de::value::{Error, StrDeserializer};
use serde::de::{Deserialize, IntoDeserializer};
use serde::ser::Serialize;

pub(crate) struct Word<T>(pub(crate) T);

impl<T: Serialize> fmt::Display for Word<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.serialize(f)
    }
}

/// Reads what [`Word`] wrote; `None` for a word of a newer version.
pub(crate) fn from_word<'w, T: Deserialize<'w>>(word: &'w str) -> Option<T> {
    let deserializer: StrDeserializer<'w, Error> = word.into_deserializer();
    T::deserialize(deserializer).ok()
}
