//! What the JSON Schema says of the parts that no derive can tell. For tests alone: the schema is made by one.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use crate::account::{AccountId, StoreKind};
use crate::failure::{Failure, Kind};
use crate::output::json::{Instant, SCHEMA, Version};

use super::ErrorJson;
use super::flattened_fields::FlattenedFields;

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

impl JsonSchema for Version {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "version".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "const": SCHEMA, "description": "The version of the contract." })
    }
}

impl JsonSchema for StoreKind {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "store".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
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

impl JsonSchema for Kind {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "code".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        json_schema!({ "type": "string", "enum": names })
    }
}

impl JsonSchema for AccountId {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "id".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]{1,32}$" })
    }
}
