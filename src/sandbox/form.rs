//! Form bodies, in the two encodings that Instagram reads. JSON is none of them.

use url::form_urlencoded;

use super::wire::Pairs;

/// The fields of a body of this content type; `None` when it is no form.
pub(super) fn read(content_type: &str, body: &[u8]) -> Option<Pairs> {
    let (kind, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    match kind.trim().to_ascii_lowercase().as_str() {
        "application/x-www-form-urlencoded" => Some(urlencoded(body)),
        "multipart/form-data" => multipart(parameter(parameters, "boundary")?, body),
        _ => None,
    }
}

/// Name and value pairs of a query or of an urlencoded body.
pub(super) fn urlencoded(body: &[u8]) -> Pairs {
    form_urlencoded::parse(body).into_owned().collect()
}

fn multipart(boundary: &str, body: &[u8]) -> Option<Pairs> {
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
        let value = value.strip_suffix("\r\n").unwrap_or(value);
        fields.push((parameter(disposition, "name")?.to_owned(), value.to_owned()));
    }
    Some(fields)
}

fn parameter<'a>(parameters: &'a str, name: &str) -> Option<&'a str> {
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
    fn both_forms_give_the_same_fields_and_json_gives_none() {
        let pairs = vec![
            ("a".to_owned(), "1 2".to_owned()),
            ("b".to_owned(), String::new()),
        ];
        let plain = read(
            "application/x-www-form-urlencoded; charset=utf-8",
            b"a=1+2&b=",
        );
        assert_eq!(plain.as_ref(), Some(&pairs));
        let body = "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1 2\r\n\
                    --X\r\ncontent-disposition: form-data; name=\"b\"\r\n\r\n\r\n--X--\r\n";
        let parts = read("multipart/form-data; boundary=X", body.as_bytes());
        assert_eq!(parts, plain);
        assert_eq!(read("application/json", b"{}"), None);
        assert_eq!(read("multipart/form-data", b"--X"), None);
    }
}
