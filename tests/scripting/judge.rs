//! Every JSON document is compared with the schema.

use std::collections::BTreeSet;
use std::sync::Mutex;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;

use crate::harness::Output;
use crate::harness::World;
use crate::harness::accounts::WRECKSHOP;
use crate::harness::database::{DAY, now};

/// Connects the usual person of the sandbox with a token that is due.
#[track_caller]
pub fn connect_due(world: &World) {
    world.connect_in("backdated");
    let issued_at = now() - 51 * DAY;
    world
        .database()
        .change(|account| account.issued_at = Some(issued_at));
}

/// A due token that is in no store of this machine's: what somebody would put into a CI secret.
pub fn loose_token() -> String {
    let elsewhere = World::new();
    elsewhere.connect_in("backdated");
    // Not from `token`, which would renew it.
    let (_, entry) = elsewhere.stored_token(WRECKSHOP).expect("a token");
    entry["token"].as_str().expect("a token").to_owned()
}

/// Whether [`Judge::ask_other_parsers`] can be called; the schema judges alone on Windows.
#[track_caller]
pub fn parsers_are_here() -> bool {
    #[cfg(unix)]
    return crate::harness::need("jq") && crate::harness::need("python3");
    #[cfg(windows)]
    true
}

/// Holds documents against the published schema, in which no field is allowed that it does not name, and against two
/// parsers that other people wrote.
pub struct Judge {
    schemas: Schemas,
    documents: Vec<(String, SchemaIndex)>,
    seen: Mutex<Vec<(String, Vec<u8>)>>,
    judged: Mutex<BTreeSet<String>>,
}

impl Judge {
    pub fn new() -> Self {
        let text = include_str!("../../schemas/igconnect.json");
        let mut schema: Value = serde_json::from_str(text).unwrap();
        let names: Vec<String> = schema["$defs"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        close(&mut schema, false);
        let mut compiler = Compiler::new();
        compiler.enable_format_assertions();
        compiler.add_resource("igconnect.json", schema).unwrap();
        let mut schemas = Schemas::new();
        let documents = names.into_iter().map(|name| {
            let place = format!("igconnect.json#/$defs/{name}");
            let index = compiler.compile(&place, &mut schemas).unwrap();
            (name, index)
        });
        let documents = documents.collect();
        Self {
            schemas,
            documents,
            seen: Mutex::default(),
            judged: Mutex::default(),
        }
    }

    /// Fails unless the output is one document of this name, or where the whole command failed, of that of failures.
    #[track_caller]
    pub fn judge(&self, name: &str, output: &Output) -> Value {
        let document = output.json();
        let whole = document.get("error").is_some() && document.get("accounts").is_none();
        let name = if whole { "failure" } else { name };
        let (_, index) = (self.documents.iter())
            .find(|(known, _)| known == name)
            .unwrap_or_else(|| panic!("no document is called {name}"));
        if let Err(error) = self.schemas.validate(&document, *index) {
            panic!("not a document {name}: {error:#}\n{}", output.report());
        }
        if whole {
            assert_eq!(
                document["error"]["exit"],
                output.code(),
                "{}",
                output.report()
            );
        }
        self.judged.lock().unwrap().insert(name.to_owned());
        let mut seen = self.seen.lock().unwrap();
        seen.push((output.report(), output.stdout_bytes().to_vec()));
        document
    }

    /// The commands whose documents were judged: `store_show` is one of `store`.
    pub fn judged(&self) -> BTreeSet<String> {
        let judged = self.judged.lock().unwrap();
        let commands = judged.iter().map(|name| name.split('_').next().unwrap());
        commands.map(str::to_owned).collect()
    }

    /// Gives all that was judged to jq and to Python, each document as a file.
    #[cfg(unix)]
    #[track_caller]
    pub fn ask_other_parsers(&self, world: &World) {
        const PYTHON: &str = "
import json, sys
def once(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), 'a key twice: %r' % keys
    return dict(pairs)
def never(constant):
    raise ValueError(constant)
for name in sys.argv[1:]:
    with open(name, 'rb') as file:
        raw = file.read()
    document = json.loads(raw, object_pairs_hook=once, parse_constant=never)
    assert isinstance(document, dict), name
    # A terminal obeys no byte of it.
    assert not any(byte < 32 and byte != 10 or byte == 127 for byte in raw), name
";
        let seen = self.seen.lock().unwrap();
        assert!(!seen.is_empty());
        for (place, part) in seen.chunks(50).enumerate() {
            let files = part.iter().enumerate().map(|(number, (_, bytes))| {
                let file = world.given(&format!("document-{place}-{number}.json"), bytes);
                file.to_str().unwrap().to_owned()
            });
            let files: Vec<String> = files.collect();
            let words = |first: &[&str]| {
                let first = first.iter().map(|word| (*word).to_owned());
                first.chain(files.iter().cloned()).collect::<Vec<_>>()
            };
            let jq = world.program("jq", &words(&["-e", "type == \"object\""]));
            let shown = jq.run().assert_code(0).stdout().lines().count();
            assert_eq!(shown, files.len(), "one document in each file");
            let python = world.program("python3", &words(&["-c", PYTHON]));
            let _ = python.run().assert_code(0);
        }
    }

    #[cfg(windows)]
    pub fn ask_other_parsers(&self, _: &World) {}
}

/// Forbids every field that the schema does not name. What is put together from parts is closed as a whole.
pub fn close(schema: &mut Value, is_a_part: bool) {
    match schema {
        Value::Object(fields) => {
            let together = fields.contains_key("allOf");
            let whole = together || fields.contains_key("properties");
            for (name, value) in fields.iter_mut() {
                // The account is closed where it is used: `status` and `refresh` add to it.
                close(value, name == "allOf" || name == "account");
                if name == "items" && value.get("$ref").is_some() {
                    value["unevaluatedProperties"] = false.into();
                }
            }
            if whole && !is_a_part {
                fields.insert("unevaluatedProperties".to_owned(), false.into());
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| close(value, is_a_part)),
        _ => {}
    }
}
