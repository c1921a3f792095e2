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
    /// The object that the path names; `None` for `me`.
    pub(super) object: Option<String>,
}

impl Request {
    /// The last query parameter of that name, unless it is empty.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        find_last(&self.query, name)
    }

    /// The last form field of that name, unless it is empty.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        find_last(self.form.as_ref()?, name)
    }

    /// The access token of the header, or else of the query, or else of the form.
    pub(super) fn token(&self) -> Option<&str> {
        let bearer = self.bearer.as_deref();
        let param = bearer.or_else(|| self.param("access_token"));
        param.or_else(|| self.field("access_token"))
    }
}

fn find_last<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    let (_, value) = pairs.iter().rfind(|(key, _)| key == name)?;
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
    // What is before the first delimiter and after the closing one, `--X--`, is not a part (RFC 2046, 5.1).
    let parts = body.split(delimiter.as_str()).skip(1);
    for part in parts.take_while(|part| !part.starts_with("--")) {
        let (headers, value) = part.split_once("\r\n\r\n")?;
        let mut headers = headers.lines().filter_map(|line| line.split_once(':'));
        let is_disposition = |name: &str| name.eq_ignore_ascii_case("content-disposition");
        let (_, disposition) = headers.find(|(name, _)| is_disposition(name))?;
        let name = find_parameter(disposition, "name")?;
        let value = value.strip_suffix("\r\n").unwrap_or(value);
        fields.push((name.to_owned(), value.to_owned()));
    }
    Some(fields)
}

fn find_parameter<'a>(parameters: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = (parameters.split(';')).filter_map(|parameter| parameter.split_once('='));
    let (_, value) = pairs.find(|(key, _)| key.trim().eq_ignore_ascii_case(name))?;
    Some(value.trim().trim_matches('"'))
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
