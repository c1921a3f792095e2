//! What the JSON Schema says of the parts that no derive can tell. For tests alone: the schema is made by one.

use std::borrow::Cow;

use clap::ValueEnum;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use crate::account::StoreKind;

use super::{ErrorJson, Instant, SCHEMA, Version};

/// A professional account id.
#[derive(JsonSchema)]
#[schemars(inline, extend("pattern" = "^[0-9]{1,32}$"))]
pub struct Id(pub String);

/// What [`super::Accounts`] writes.
#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
pub struct Every<T> {
    pub schema: Version,
    pub accounts: Vec<T>,
}

/// What it writes where it may be broken off.
#[derive(JsonSchema, Serialize)]
#[schemars(inline)]
pub struct Listed<T> {
    pub schema: Version,
    pub accounts: Vec<T>,
    /// What ended the answer before its end; only then is it here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ErrorJson")]
    pub error: Option<ErrorJson>,
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

/// What has every field of `T`, and those that are beside it.
pub fn and_all_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({ "allOf": [generator.subschema_for::<T>()] })
}

/// The words of what may be chosen on the command line.
pub fn choices<T: ValueEnum>() -> Vec<String> {
    let choices = T::value_variants().iter();
    let choices = choices.filter_map(ValueEnum::to_possible_value);
    choices.map(|choice| choice.get_name().to_owned()).collect()
}

/// These words, or none of them.
pub fn or_null<T>(words: impl IntoIterator<Item = T>) -> Vec<Option<T>> {
    words.into_iter().map(Some).chain([None]).collect()
}
