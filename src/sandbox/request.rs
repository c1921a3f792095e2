//! A request whose body was read, and the two encodings of forms that Instagram reads.

use url::form_urlencoded;

/// Parameters in the order they came.
pub(super) type Pairs = Vec<(String, String)>;

#[derive(Debug, Default)]
pub(super) struct Request {
    pub(super) query: Pairs,
    /// `None` when the body is not a form, such as JSON.
    pub(super) form: Option<Pairs>,
    /// The token of `Authorization: Bearer`.
    pub(super) bearer: Option<String>,
}

impl Request {
    /// The first query parameter of that name, unless it is empty.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        find_first(&self.query, name)
    }

    /// The first form field of that name, unless it is empty.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        find_first(self.form.as_ref()?, name)
    }

    /// The access token of the header, or else of the query.
    pub(super) fn token(&self) -> Option<&str> {
        self.bearer
            .as_deref()
            .or_else(|| self.param("access_token"))
    }
}

fn find_first<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    let (_, value) = pairs.iter().find(|(key, _)| key == name)?;
    (!value.is_empty()).then_some(value)
}

/// The fields of a form body; `None` for any other content type.
pub(super) fn parse_form(content_type: &str, body: &[u8]) -> Option<Pairs> {
    let (kind, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    match kind.trim().to_ascii_lowercase().as_str() {
        "application/x-www-form-urlencoded" => Some(parse_pairs(body)),
        "multipart/form-data" => parse_multipart(find_parameter(parameters, "boundary")?, body),
        _ => None,
    }
}

/// The pairs of a query or of an urlencoded body.
pub(super) fn parse_pairs(text: &[u8]) -> Pairs {
    form_urlencoded::parse(text).into_owned().collect()
}

pub(super) fn parse_bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn parse_multipart(boundary: &str, body: &[u8]) -> Option<Pairs> {
    let body = std::str::from_utf8(body).ok()?;
    let delimiter = format!("--{boundary}");
    let mut fields = Pairs::new();
    for part in body
        .split(delimiter.as_str())
        .skip(1)
        .take_while(|part| !part.starts_with("--"))
    {
        let (headers, value) = part.split_once("\r\n\r\n")?;
        let disposition = headers.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-disposition")
                .then_some(value)
        })?;
        let name = find_parameter(disposition, "name")?;
        let value = value.strip_suffix("\r\n").unwrap_or(value);
        fields.push((name.to_owned(), value.to_owned()));
    }
    Some(fields)
}

fn find_parameter<'a>(parameters: &'a str, name: &str) -> Option<&'a str> {
    parameters.split(';').find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_form_encodings_give_the_same_fields_and_json_gives_none() {
        let pairs = vec![
            ("a".to_owned(), "1 2".to_owned()),
            ("b".to_owned(), String::new()),
        ];
        let plain = parse_form(
            "application/x-www-form-urlencoded; charset=utf-8",
            b"a=1+2&b=",
        );
        assert_eq!(plain.as_ref(), Some(&pairs));
        let body = "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1 2\r\n\
                    --X\r\ncontent-disposition: form-data; name=\"b\"\r\n\r\n\r\n--X--\r\n";
        let parts = parse_form("multipart/form-data; boundary=X", body.as_bytes());
        assert_eq!(parts, plain);
        assert_eq!(parse_form("application/json", b"{}"), None);
        assert_eq!(parse_form("multipart/form-data", b"--X"), None);
    }
}
