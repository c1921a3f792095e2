//! The objects of which lists hold millions, written without the detour through serde, which would look in each name of a
//! field for what to escape: a third of the work of such a list.
//!
//! Invariant: the bytes are those that [`super::write`] writes of the same object.

use std::borrow::Cow;

use serde::Serialize;

use crate::account::Scopes;

/// What is written as it is.
pub trait Plain {
    /// Appends it.
    fn write(&self, out: &mut Vec<u8>);
}

/// Defines an object by its fields, for serde and for lists.
macro_rules! object {
    ($(#[$doc:meta])* $vis:vis struct $name:ident { $($(#[$about:meta])* $field:ident: $kind:ty,)* }) => {
        #[derive(Debug, Serialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        $(#[$doc])*
        $vis struct $name<'a> { $($(#[$about])* $field: $kind,)* }

        impl $crate::output::json::Plain for $name<'_> {
            fn write(&self, out: &mut Vec<u8>) {
                let start = out.len();
                $(
                    out.extend_from_slice(concat!(",\"", stringify!($field), "\":").as_bytes());
                    $crate::output::json::Plain::write(&self.$field, out);
                )*
                out.push(b'}');
                // The comma before the first field.
                out.get_mut(start).into_iter().for_each(|comma| *comma = b'{');
            }
        }
    };
}

/// The names of scopes, as an array.
#[derive(Debug, Default)]
pub(super) struct Names<'a>(pub(super) Scopes<&'a str>);

impl Serialize for Names<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.names())
    }
}

impl Plain for Names<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        for (place, name) in self.0.names().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            name.write(out);
        }
        out.push(b']');
    }
}

impl Plain for &str {
    fn write(&self, out: &mut Vec<u8>) {
        // Looked at as a whole, so that many bytes are looked at at once.
        let escaped = |byte: u8| !(0x20..0x7f).contains(&byte) || byte == b'"' || byte == b'\\';
        if self.bytes().fold(false, |any, byte| any | escaped(byte)) {
            // A vector takes whatever is written.
            let _ = super::write(self, out);
        } else {
            out.push(b'"');
            out.extend_from_slice(self.as_bytes());
            out.push(b'"');
        }
    }
}

impl Plain for Cow<'_, str> {
    fn write(&self, out: &mut Vec<u8>) {
        (&**self).write(out);
    }
}

impl Plain for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(if *self { b"true" } else { b"false" });
    }
}

impl Plain for i64 {
    fn write(&self, out: &mut Vec<u8>) {
        let _ = serde_json::to_writer(out, self);
    }
}

impl<T: Plain> Plain for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.write(out),
            None => out.extend_from_slice(b"null"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    object! {
        struct Everything {
            plain: &'a str,
            hostile: Vec<&'a str>,
            switch: bool,
            number: Option<i64>,
            nothing: Option<i64>,
            names: Names<'a>,
        }
    }

    impl Plain for Vec<&str> {
        fn write(&self, out: &mut Vec<u8>) {
            let texts = self.iter().map(|text| {
                let mut out = Vec::new();
                text.write(&mut out);
                String::from_utf8(out).unwrap()
            });
            let texts = texts.collect::<Vec<_>>().join(",");
            out.extend_from_slice(format!("[{texts}]").as_bytes());
        }
    }

    #[test]
    fn both_ways_write_the_same_bytes() {
        let all: String = (0..=0x10_ffff).filter_map(char::from_u32).collect();
        let hostile: Vec<&str> = all
            .split_inclusive(['a', 'z', '\u{fff}'])
            .chain([""])
            .collect();
        let everything = Everything {
            plain: "account.0000017",
            hostile,
            switch: true,
            number: Some(i64::MIN),
            nothing: None,
            names: Names(Scopes::recorded("instagram_business_basic,b").unwrap()),
        };
        let (mut plain, mut usual) = (Vec::new(), Vec::new());
        everything.write(&mut plain);
        super::super::write(&everything, &mut usual).unwrap();
        assert!(plain == usual);
    }
}
