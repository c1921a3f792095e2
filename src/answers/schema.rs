//! What the JSON Schema says of the parts that no derive can tell. For tests alone: the schema is made by one.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use crate::account::{AccountId, StoreKind};
use crate::failure::{Failure, Kind};
use crate::output::json::{Instant, SCHEMA, Version};

use super::ErrorJson;
use super::account::FlattenedFields;

/// What [`super::Accounts`] writes.
#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
pub(crate) struct Every<T> {
    pub(crate) schema: Version,
    pub(crate) accounts: Vec<T>,
}

/// What it writes where it may be broken off.
#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
pub(crate) struct Listed<T> {
    pub(crate) schema: Version,
    pub(crate) accounts: Vec<T>,
    /// What ended the answer before its end; only then is it here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ErrorJson")]
    pub(crate) error: Option<ErrorJson>,
}

impl JsonSchema for Instant {
    fn schema_name() -> Cow<'static, str> {
        "time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "RFC 3339, UTC.",
            "format": "date-time",
            "pattern": "Z$",
        })
    }
}

impl<T: JsonSchema> JsonSchema for FlattenedFields<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "allOf": [generator.subschema_for::<T>()] })
    }
}

impl JsonSchema for Failure {
    fn schema_id() -> Cow<'static, str> {
        ErrorJson::schema_id()
    }

    fn schema_name() -> Cow<'static, str> {
        ErrorJson::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        ErrorJson::json_schema(generator)
    }
}

/// Types without a definition of their own: the schema repeats them wherever they are used.
macro_rules! inline_schemas {
    ($($type:ty = $schema:tt)+) => {$(
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )+};
}

inline_schemas! {
    Version = { "const": SCHEMA, "description": "The version of the contract." }
    StoreKind = { "type": "string" }
    Kind = { "type": "string", "enum": Kind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>() }
    AccountId = { "type": "string", "pattern": "^[0-9]{1,32}$" }
}
