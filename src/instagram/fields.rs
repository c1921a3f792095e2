//! The fields of a JSON object, read in every form that has only one meaning: a number as text, a list with blanks,
//! half of a surrogate pair, the same value twice.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// Above it, not every whole number has a form of its own in JSON (RFC 8259, section 6).
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;

/// The fields in the order of the text, with repetitions. Their values are not parsed, so none of them can spoil the others.
pub(super) struct AnswerFields<'a>(Vec<(Text, &'a RawValue)>);

/// A name or a text. What Unicode does not have is replaced.
#[derive(PartialEq, Eq)]
struct Text(String);

impl<'a> AnswerFields<'a> {
    /// Returns `None` for anything but one JSON object.
    pub(super) fn parse(json: &'a str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    /// Whether the field is there and not null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.values(name).any(|value| value != "null")
    }

    /// Returns the JSON of a field. `None` if it is missing, null, or there with several values.
    pub(super) fn json(&self, name: &str) -> Option<&'a str> {
        let mut values = self.values(name);
        let value = values.next().filter(|value| *value != "null")?;
        values.all(|other| other == value).then_some(value)
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        let Text(text) = serde_json::from_str(self.json(name)?).ok()?;
        Some(text)
    }

    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        integer(&serde_json::from_str(self.json(name)?).ok()?)
    }

    /// Reads an id, which Instagram writes as a number in one form and as text in the others.
    pub(super) fn id(&self, name: &str) -> Option<String> {
        let json = self.json(name)?;
        if json.bytes().all(|digit| digit.is_ascii_digit()) {
            return Some(json.to_owned());
        }
        let id = self.text(name).map(|text| text.trim_ascii().to_owned());
        id.or_else(|| self.integer(name).map(|number| number.to_string()))
    }

    /// Reads words: an array, or one text with commas or blanks.
    pub(super) fn words(&self, name: &str) -> Option<Vec<String>> {
        let json = self.json(name)?;
        let texts: Vec<Text> = match serde_json::from_str(json) {
            Ok(text) => vec![text],
            Err(_) => serde_json::from_str(json).ok()?,
        };
        let words = texts.iter().flat_map(|Text(text)| text.split([',', ' ']));
        let words = words.filter(|word| !word.is_empty()).map(str::to_owned);
        Some(words.collect())
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(Text(known), _)| known == name);
        named.map(|(_, value)| value.get())
    }
}

/// Reads a whole number, also as text or with a fraction of zero.
pub(super) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let number = number.as_f64()?;
            let is_exact = number.fract() == 0.0 && number.abs() < EXACT_MAX;
            is_exact.then_some(number as i64)
        }),
        Value::String(text) => match serde_json::from_str(text.trim_ascii()).ok()? {
            number @ Value::Number(_) => integer(&number),
            _ => None,
        },
        _ => None,
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for AnswerFields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = AnswerFields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                // Raw at first, because a text that is read as bytes may have control characters, which JSON forbids.
                while let Some((name, value)) = map.next_entry::<&RawValue, _>()? {
                    let name = serde_json::from_str(name.get());
                    fields.push((name.map_err(A::Error::custom)?, value));
                }
                Ok(AnswerFields(fields))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Text, E> {
                Ok(Text(String::from_utf8_lossy(bytes).into_owned()))
            }
        }
        // As bytes, because serde_json refuses half of a surrogate pair only in a `str`.
        deserializer.deserialize_bytes(Bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T>(value: &str, read: impl Fn(&AnswerFields<'_>) -> T) -> T {
        let json = format!(r#"{{"other":1e400,"\ud800":0,"x":{value}}}"#);
        read(&AnswerFields::parse(&json).unwrap())
    }

    #[test]
    fn a_number_is_read_in_every_form_with_one_meaning() {
        for (value, number) in [
            ("5183944", Some(5_183_944)),
            ("5183944.0", Some(5_183_944)),
            ("5.183944e6", Some(5_183_944)),
            (r#""5183944""#, Some(5_183_944)),
            (r#"" 5183944\n""#, Some(5_183_944)),
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("1e18", None),
            ("1e400", None),
            ("1.5", None),
            (r#""1.5""#, None),
            (r#""""#, None),
            (r#""null""#, None),
            ("null", None),
            ("true", None),
            ("[1]", None),
        ] {
            assert_eq!(read(value, |fields| fields.integer("x")), number, "{value}");
        }
    }

    #[test]
    fn an_id_is_text_or_a_number_of_any_size() {
        for (value, id) in [
            (r#""17841400000000017""#, Some("17841400000000017")),
            (r#"" 17841400000000017\n""#, Some("17841400000000017")),
            ("17841400000000017", Some("17841400000000017")),
            ("18446744073709551616", Some("18446744073709551616")),
            ("17.0", Some("17")),
            // Some digits may be lost already.
            ("17841400000000017.0", None),
            ("[1]", None),
        ] {
            assert_eq!(
                read(value, |fields| fields.id("x")).as_deref(),
                id,
                "{value}"
            );
        }
    }

    #[test]
    fn a_text_may_have_half_of_a_surrogate_pair_and_words_any_separator() {
        assert_eq!(
            read(r#""a\ud800b""#, |fields| fields.text("x")).as_deref(),
            Some("a\u{fffd}\u{fffd}\u{fffd}b")
        );
        assert_eq!(read("1", |fields| fields.text("x")), None);
        for list in [r#"["a","b"]"#, r#""a,b""#, r#""a, b""#, r#"["a, b",""]"#] {
            assert_eq!(
                read(list, |fields| fields.words("x")).unwrap(),
                ["a", "b"],
                "{list}"
            );
        }
        for none in ["1", "[1]", r#"["a",null]"#, "{}"] {
            assert_eq!(read(none, |fields| fields.words("x")), None, "{none}");
        }
    }

    #[test]
    fn a_field_with_two_values_has_none() {
        for (json, text) in [
            (r#"{"x":"a","x":"a"}"#, Some("a")),
            (r#"{"x":"a","x":"b"}"#, None),
            (r#"{"x":null,"x":"a"}"#, None),
            (r#"{"x":"a","x":null}"#, None),
            (r#"{"\u0078":"a"}"#, Some("a")),
        ] {
            let fields = AnswerFields::parse(json).unwrap();
            assert_eq!(fields.text("x").as_deref(), text, "{json}");
            assert!(fields.has("x"), "{json}");
        }
        for none in [
            "",
            "[]",
            "1",
            r#"{"x":1"#,
            r#"{"x":1} {}"#,
            r#"{"x":"\x"}"#,
            "{\"x\":\"\n\"}",
            "{\"x\n\":1}",
        ] {
            assert!(AnswerFields::parse(none).is_none(), "{none}");
        }
    }
}
