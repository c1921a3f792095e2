//! The fields of one type as part of another.

/// All fields of `T`, to be flattened; in the schema a reference to `T` instead of a copy of its fields.
#[derive(Debug, serde::Serialize)]
pub(crate) struct FlattenedFields<T>(pub(crate) T);
