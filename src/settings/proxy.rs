//! The proxies of the environment. The HTTP client ignores one that it cannot read and connects directly, so igconnect
//! refuses it.

use url::Url;

use super::environment;
use super::error::SettingsError;

/// Variables that send https requests through a proxy. They are read in lower case too.
const PROXIES: [&str; 2] = ["HTTPS_PROXY", "ALL_PROXY"];

/// Returns the variables that are set. Fails if one of them does not name a proxy.
pub(crate) fn proxies() -> Result<Vec<String>, SettingsError> {
    let names = PROXIES
        .iter()
        .flat_map(|name| [(*name).to_owned(), name.to_lowercase()]);
    let mut found = Vec::new();
    for name in names {
        if let Some(value) = environment::text(&name)? {
            check(&value).map_err(|problem| SettingsError::value(name.as_str(), problem))?;
            found.push(name);
        }
    }
    Ok(found)
}

/// The value may hold a password, so no part of it is in the error.
fn check(value: &str) -> Result<(), &'static str> {
    const EXAMPLE: &str = "is not the address of a proxy, such as http://proxy.example:3128";
    let odd =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '\'' | '\\' | '<' | '>');
    if value.contains(odd) {
        return Err(
            "has a blank, a quotation mark or a backslash; write special characters of the password as %5C and so on",
        );
    }
    // Without a scheme, clients take http.
    let address = if value.contains("://") {
        value.to_owned()
    } else {
        format!("http://{value}")
    };
    let url = Url::parse(&address).map_err(|_| EXAMPLE)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("has a scheme other than http and https, which igconnect cannot use");
    }
    let is_bare =
        matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    if url.host().is_none() || !is_bare {
        return Err(EXAMPLE);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_that_the_client_can_use_is_a_proxy() {
        for good in [
            "http://proxy.example:3128",
            "https://proxy.example",
            "proxy.example:3128",
            "http://user:p%40ss@10.0.0.1:8080/",
            "http://[::1]:3128",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "\"http://proxy.example:3128\"",
            "'proxy.example:3128'",
            "http://DOMAIN\\user:x@proxy.example",
            "http://proxy.example:3128\n",
            " http://proxy.example",
            "pac+http://proxy.example/proxy.pac",
            "socks5://127.0.0.1:1080",
            "http://",
            "http://proxy.example:99999",
            "http://proxy.example/path",
            "none at all",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
