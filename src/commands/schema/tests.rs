//! Generates the schema from the types of the answers, in the test that compares the shipped file with them.
//! `SNAPSHOTS=overwrite cargo test --lib schema` writes the file.

use std::path::Path;

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, RestrictFormats, Transform};
use schemars::{JsonSchema, Schema, json_schema};
use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{PrettyFormatter, Serializer};
use snapbox::data::DataFormat;
use snapbox::{Assert, Data};

use super::super::{
    app, certificate, completions, disconnect, explain, help, history, login, man, refresh,
    sandbox, schedule, status, store, token,
};
use crate::answers::{AccountJson, CheckupJson, Every, FailureJson, Listed};

/// Gives documents their names in the schema.
macro_rules! named {
    ($(#[doc = $about:tt] $name:tt $document:ident = $content:ty;)*) => {$(
        #[doc = $about]
        #[derive(JsonSchema)]
        #[schemars(rename = $name)]
        struct $document(#[expect(dead_code, reason = "only its schema is used")] $content);
    )*};
}

named! {
    /// The connected account.
    "accounts" Accounts = Every<AccountJson<'static>>;
    /// Accounts and their states.
    "status" Status = Listed<status::StatusJson<'static>>;
    /// Every account.
    "list" List = Listed<AccountJson<'static>>;
    /// Events of accounts.
    "history" History = Listed<history::HistoryJson<'static>>;
    /// The result for each account.
    "refresh" Refresh = Listed<refresh::RefreshJson<'static>>;
    /// The new default account.
    "use" Use = Every<AccountJson<'static>>;
    /// The result for each account.
    "disconnect" Disconnect = Every<disconnect::DisconnectJson<'static>>;
    /// The token of an account.
    "token" Token = token::TokenJson<'static>;
    /// The apps.
    "apps" Apps = app::AppsJson<'static>;
    /// The contents of the stores.
    "store_show" StoreShow = store::StoreShow;
    /// Whether the stores work, and whether each account's token is whole.
    "store_check" StoreCheck = store::StoreCheck;
    /// The result for each account and App Secret.
    "store_move" StoreMove = store::StoreMove;
    /// The schedule and its last run.
    "schedule" Schedule = schedule::ScheduleDocument<'static>;
    /// The checks of doctor or app check.
    "doctor" Doctor = CheckupJson<'static>;
    /// The certificate of the login, and how to trust it.
    "certificate" Certificate = certificate::Report;
    /// Errors of Instagram and exit codes.
    "explain" Explain = explain::Report;
    /// The scenarios of the sandbox.
    "sandbox" Sandbox = sandbox::Report;
    /// The text of a command or topic.
    "help" Help = help::Report;
    /// The script for a shell.
    "completions" Completions = completions::Report;
}

/// An account, or with --begin an address.
#[derive(JsonSchema)]
#[schemars(rename = "login", untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Login {
    Connected(Accounts),
    Begun(login::BegunLogin),
}

/// The apps, or the check of one.
#[derive(JsonSchema)]
#[schemars(rename = "app", untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum App {
    Apps(Apps),
    Checked(Doctor),
}

/// What store show, check or move found or did.
#[derive(JsonSchema)]
#[schemars(rename = "store", untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Store {
    Shown(StoreShow),
    Checked(StoreCheck),
    Moved(StoreMove),
}

/// The main page, or with --dir the files that were written.
#[derive(JsonSchema)]
#[schemars(rename = "man")]
struct Man(#[expect(dead_code, reason = "only its schema is used")] man::Report);

macro_rules! subschemas {
    ($generator:ident: $($document:ty,)*) => {
        vec![$($generator.subschema_for::<$document>(),)*]
    };
}

/// What no type says.
const REFINEMENTS: [(&str, &str, &str); 5] = [
    ("/$defs/error/properties/exit", "minimum", "1"),
    ("/$defs/token/properties/token", "minLength", "1"),
    (
        "/$defs/schedule/properties/schedule/properties/at",
        "pattern",
        r#""^[0-2][0-9]:[0-5][0-9]$""#,
    ),
    // Left out where it does not apply, so never null.
    (
        "/$defs/refresh/properties/accounts/items/properties/handed_over",
        "type",
        r#""boolean""#,
    ),
    ("", "title", r#""Answers of igconnect with --json""#),
];

/// The schema of all documents.
fn generate() -> Schema {
    let settings = SchemaSettings::draft2020_12();
    let mut generator = settings.for_serialize().into_generator();
    let documents = subschemas![generator:
        FailureJson,
        Login,
        Status,
        List,
        History,
        Refresh,
        Use,
        Disconnect,
        Token,
        App,
        Store,
        Schedule,
        Doctor,
        Certificate,
        Explain,
        Sandbox,
        Help,
        Man,
        Completions,
    ];
    let mut whole = json_schema!({
        "$schema": generator.settings().meta_schema,
        "title": "",
        "description": "One document on stdout. $defs has one for each command by its name, and failure for each that \
            failed. Fields are only ever added; absent values are null; ids are strings.",
        "anyOf": documents,
        "$defs": generator.take_definitions(true),
    });
    for (pointer, key, value) in REFINEMENTS {
        let part = whole.pointer_mut(pointer).unwrap();
        part[key] = serde_json::from_str(value).unwrap();
    }
    RestrictFormats::default().transform(&mut whole);
    RecursiveTransform(list_words).transform(&mut whole);
    RecursiveTransform(join_lines).transform(&mut whole);
    whole
}

/// Writes the words of an enum as a list. schemars describes each on its own, as a constant.
fn list_words(schema: &mut Schema) {
    let constants = |schema: &Schema| -> Option<Vec<Value>> {
        let all = schema.get("oneOf")?.as_array()?;
        let words = all.iter().flat_map(|word| match word.get("enum") {
            Some(several) => several.as_array().cloned().unwrap_or_default(),
            None => word.get("const").cloned().into_iter().collect(),
        });
        Some(words.collect())
    };
    if let Some(words) = constants(schema) {
        schema.remove("oneOf");
        schema.insert("type".to_owned(), "string".into());
        schema.insert("enum".to_owned(), words.into());
    }
    let nullable = schema.get("anyOf").and_then(|any| {
        let [word, null] = any.as_array()?.as_slice() else {
            return None;
        };
        let words = constants(word.try_into().ok()?)?;
        (null.get("type")? == "null").then_some(words)
    });
    if let Some(words) = nullable {
        schema.remove("anyOf");
        schema.insert("type".to_owned(), vec!["string", "null"].into());
        let words = words.into_iter().chain([Value::Null]).collect::<Vec<_>>();
        schema.insert("enum".to_owned(), words.into());
    }
}

/// Doc comments are broken where their lines are full.
fn join_lines(schema: &mut Schema) {
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
    assert.eq(Data::text(written(&generate())), shipped);
}
