//! `document!`: the derives of every type in a JSON document.

/// Derives `Serialize`, and in tests `JsonSchema`, from which `schemas/igconnect.json` is generated. A type with a name
/// has its own definition there; all others are part of the types that contain them.
macro_rules! document {
    ($name:tt: $item:item) => {
        #[derive(serde::Serialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = $name))]
        $item
    };
    ($($item:item)+) => {$(
        #[derive(serde::Serialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
        $item
    )+};
}
