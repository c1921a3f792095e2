//! The four endpoints at which a token comes or goes, their good answers, and the commands that ask them.

use crate::harness::faulty::Step;

/// The account of every scene.
pub const ID: &str = "17841400000000017";

/// What no output may ever hold; the store alone has the long ones.
pub const CODE: &str = "AQCwZ8rT2kVnYb5QmXe7Ls1Hd4Jf9Gp3";
pub const SHORT: &str = "IGAAsH7dKq2WvNz8RxTb5MfYc3Lp9Jg1Eu6Ao4Iw";
pub const LONG: &str = "IGAAlQ4xZt9BvRm2KsWc7YpNd5Hf8Jg3Te6Ua1Ei";
pub const RENEWED: &str = "IGAArJ6bVw3XnCz8TkQy5MfPd2Ls9Hg4Re7Ao1Iu";
pub const APP_SECRET: &str = "5f2c8a1e9b7d4630c1f8e2a79d5b4c06";

/// Nine days: less than the ten in which a renewal is due.
pub const DUE: &str = "777600";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// A code becomes a short-lived token.
    Exchange,
    /// A short-lived token becomes a long-lived one.
    Extend,
    /// A long-lived token is renewed.
    Refresh,
    /// Whose a token is.
    Me,
}

impl Endpoint {
    pub const ALL: [Self; 4] = [Self::Exchange, Self::Extend, Self::Refresh, Self::Me];

    /// Which of them a request goes to, by its first line.
    pub fn of(line: &str) -> Option<Self> {
        let begins = |beginning: &str| line.starts_with(beginning);
        match () {
            () if begins("POST /oauth/access_token ") => Some(Self::Exchange),
            () if begins("GET /access_token?") => Some(Self::Extend),
            () if begins("GET /refresh_access_token?") => Some(Self::Refresh),
            () if begins("GET /v25.0/me?") => Some(Self::Me),
            () => None,
        }
    }

    /// Its fields with good values, as they stand in JSON: those that are read. Of any other no form is a wrong one.
    pub fn fields(self) -> Vec<(&'static str, String)> {
        let quoted = |text: &str| format!("\"{text}\"");
        match self {
            Self::Exchange => vec![
                ("access_token", quoted(SHORT)),
                ("permissions", "[\"instagram_business_basic\"]".to_owned()),
            ],
            Self::Extend => vec![
                ("access_token", quoted(LONG)),
                ("expires_in", "5183944".to_owned()),
            ],
            Self::Refresh => vec![
                ("access_token", quoted(RENEWED)),
                ("expires_in", "5183944".to_owned()),
            ],
            Self::Me => vec![
                ("user_id", quoted(ID)),
                ("username", quoted("sample.studio")),
                ("id", quoted("27000000000000017")),
                ("name", quoted("Sample Studio")),
                ("followers_count", "1234".to_owned()),
                ("media_count", "87".to_owned()),
            ],
        }
    }

    /// A good body.
    pub fn body(self) -> String {
        object(&self.fields())
    }
}

/// A JSON object of these fields.
pub fn object(fields: &[(&str, String)]) -> String {
    let fields: Vec<_> = (fields.iter())
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", fields.join(","))
}

/// A whole reply with these headers beside those that every reply has.
pub fn reply(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\n\
         {headers}Content-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// The good answer to a request, by its first line.
pub fn good(line: &str) -> Vec<Step> {
    let body = Endpoint::of(line).map_or_else(String::new, Endpoint::body);
    vec![Step::Say(reply("200 OK", "", body))]
}

/// The same where the token of a login is due for renewal from the beginning.
pub fn good_and_due(line: &str) -> Vec<Step> {
    match Endpoint::of(line) {
        Some(Endpoint::Extend) => {
            let body = Endpoint::Extend.body().replace("5183944", DUE);
            vec![Step::Say(reply("200 OK", "", body))]
        }
        _ => good(line),
    }
}

/// A command, and the endpoint at which things go wrong for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    LoginExchange,
    LoginExtend,
    LoginMe,
    RefreshRefresh,
    RefreshMe,
    VerifyMe,
    TokenRefresh,
}

impl Case {
    pub const ALL: [Self; 7] = [
        Self::LoginExchange,
        Self::RefreshRefresh,
        Self::VerifyMe,
        Self::LoginExtend,
        Self::TokenRefresh,
        Self::RefreshMe,
        Self::LoginMe,
    ];

    pub fn endpoint(self) -> Endpoint {
        match self {
            Self::LoginExchange => Endpoint::Exchange,
            Self::LoginExtend => Endpoint::Extend,
            Self::RefreshRefresh | Self::TokenRefresh => Endpoint::Refresh,
            Self::LoginMe | Self::RefreshMe | Self::VerifyMe => Endpoint::Me,
        }
    }

    pub fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::LoginExchange | Self::LoginExtend | Self::LoginMe => {
                &["login", "--finish", "--quiet"]
            }
            Self::RefreshRefresh | Self::RefreshMe => &["refresh"],
            Self::VerifyMe => &["status", "--verify"],
            Self::TokenRefresh => &["token"],
        }
    }

    pub fn is_login(self) -> bool {
        self.arguments()[0] == "login"
    }
}
