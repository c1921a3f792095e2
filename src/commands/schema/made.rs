//! The schema is made from the types of the answers, by the test that holds the shipped file against them: a field, a
//! word or a sentence that is new there is new here. `SNAPSHOTS=overwrite cargo test --lib schema` writes it anew.

use std::path::Path;

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, RestrictFormats, Transform};
use schemars::{Schema, json_schema};
use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{PrettyFormatter, Serializer};
use snapbox::data::DataFormat;
use snapbox::{Assert, Data};

use super::super::{
    app, certificate, completions, disconnect, explain, help, history, list, login, man, refresh,
    sandbox, schedule, status, store, token, use_account,
};
use crate::failure::Kind;
use crate::output::json::Failed;

macro_rules! documents {
    ($generator:ident: $($document:ty,)*) => {
        vec![$($generator.subschema_for::<$document>(),)*]
    };
}

/// The whole: what each command answers, or that it failed.
fn made() -> Schema {
    let settings = SchemaSettings::draft2020_12();
    let mut generator = settings.for_serialize().into_generator();
    let documents = documents![generator:
        Failed,
        login::Report,
        status::Report,
        list::Report,
        history::Report,
        refresh::Report,
        use_account::Report,
        disconnect::Report,
        token::Report,
        app::Report,
        store::Report,
        schedule::Report,
        crate::answers::Checkup,
        certificate::Report,
        explain::Report,
        sandbox::Report,
        help::Report,
        man::Report,
        completions::Report,
    ];
    let mut whole = json_schema!({
        "$schema": generator.settings().meta_schema,
        "title": "Answers of igconnect with --json",
        "description": "One document on stdout. $defs has one for each command by its name, and failure for each that \
            failed. Fields are only ever added; absent values are null; ids are strings.",
        "anyOf": documents,
        "$defs": generator.take_definitions(true),
    });
    // An error is told two floors below the failures, whose names these are.
    whole.pointer_mut("/$defs/error/properties/code").unwrap()["enum"] = Kind::NAMES.into();
    RestrictFormats::default().transform(&mut whole);
    RecursiveTransform(in_one_line).transform(&mut whole);
    whole
}

/// Doc comments are broken where their lines are full.
fn in_one_line(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace('\n', " ");
    }
}

/// A line for each part. The file is in the program, so it is indented by as little as a person can read.
fn written(schema: &Schema) -> String {
    let mut text = Vec::new();
    let form = PrettyFormatter::with_indent(b" ");
    let mut serializer = Serializer::with_formatter(&mut text, form);
    schema.serialize(&mut serializer).unwrap();
    text.push(b'\n');
    String::from_utf8(text).unwrap()
}

#[test]
fn the_schema_is_that_of_the_answers() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/igconnect.json");
    let shipped = Data::read_from(&file, Some(DataFormat::Text)).raw();
    let assert = Assert::new().action_env("SNAPSHOTS");
    assert.eq(Data::text(written(&made())), shipped);
}
