//! Safe markup. Every text is escaped, so none can become markup or a placeholder.

/// Safe markup: only made from our templates and escaped texts.
#[derive(Debug, Default, Clone)]
pub(crate) struct Html(String);

impl Html {
    /// Escapes a text for content and for quoted attributes.
    pub(crate) fn text(text: &str) -> Self {
        // The ampersand first, or it would escape the others again.
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
        let escaped = escaped.replace('>', "&gt;").replace('"', "&quot;");
        Self(escaped.replace('\'', "&#39;"))
    }

    /// Takes markup that is a part of the program.
    pub(crate) fn ours(markup: &'static str) -> Self {
        Self(markup.to_owned())
    }

    pub(crate) fn flag(is_set: bool, word: &'static str) -> Self {
        Self::ours(if is_set { word } else { "" })
    }

    pub(crate) fn joined(parts: impl IntoIterator<Item = Self>) -> Self {
        Self(parts.into_iter().map(|part| part.0).collect())
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

/// Replaces each `{{name}}` once. What a part contains is not searched for further names.
pub(crate) fn fill(template: &'static str, parts: &[(&str, Html)]) -> Html {
    let mut filled = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, next) = after.split_once("}}").unwrap_or((after, ""));
        let part = parts.iter().find(|(known, _)| *known == name);
        filled.push_str(before);
        filled.push_str(part.map_or("", |(_, html)| &html.0));
        // After the part, never into it: a text of the user may contain braces.
        rest = next;
    }
    filled.push_str(rest);
    Html(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_become_markup_or_a_placeholder() {
        let parts = [
            ("a", Html::text("<b a='\"'>&{{b}}")),
            ("b", Html::text("no")),
        ];
        let filled = fill("<p>{{a}}|{{b}}|{{c}}", &parts);
        assert_eq!(filled.0, "<p>&lt;b a=&#39;&quot;&#39;&gt;&amp;{{b}}|no|");
    }
}
