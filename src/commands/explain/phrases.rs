//! How people name an error when they do not have its text.

/// Words without a subject of their own.
const MEANINGLESS: &[&str] = &[
    "a",
    "again",
    "all",
    "an",
    "and",
    "another",
    "any",
    "are",
    "as",
    "at",
    "be",
    "been",
    "but",
    "by",
    "can",
    "cannot",
    "could",
    "did",
    "do",
    "does",
    "error",
    "errors",
    "everywhere",
    "failed",
    "for",
    "from",
    "get",
    "getting",
    "got",
    "had",
    "has",
    "have",
    "help",
    "how",
    "i",
    "if",
    "igconnect",
    "in",
    "instead",
    "is",
    "isn't",
    "it",
    "its",
    "just",
    "me",
    "my",
    "not",
    "now",
    "of",
    "on",
    "or",
    "our",
    "please",
    "says",
    "set",
    "should",
    "so",
    "some",
    "something",
    "than",
    "that",
    "the",
    "their",
    "them",
    "there",
    "they",
    "this",
    "to",
    "up",
    "was",
    "we",
    "were",
    "what",
    "when",
    "where",
    "which",
    "who",
    "why",
    "will",
    "with",
    "work",
    "you",
    "your",
];

/// Words for the same thing.
const SYNONYMS: &[(&str, &str)] = &[
    ("address", "uri"),
    ("blocked", "block"),
    ("callback", "redirect"),
    ("cert", "certificate"),
    ("certs", "certificate"),
    ("incorrect", "wrong"),
    ("keychain", "keyring"),
    ("mismatch", "match"),
    ("perm", "permission"),
    ("perms", "permission"),
    ("pw", "password"),
    ("rights", "permission"),
    ("ssl", "tls"),
    ("url", "uri"),
    ("wallet", "keyring"),
];

/// Splits into words, without endings, and in one word for each thing. Names and ids are left out.
pub(super) fn stems(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '@'));
    let words = words.map(|word| word.trim_matches('\'').to_lowercase());
    let is_id = |word: &str| word.len() > 5 && word.bytes().all(|b| b.is_ascii_digit());
    let words = words.filter(move |word| {
        let is_name = word.starts_with('@') || is_id(word);
        !word.is_empty() && !is_name && !MEANINGLESS.contains(&word.as_str())
    });
    words.map(|word| {
        let synonym = SYNONYMS.iter().find(|(other, _)| *other == word);
        let word = synonym.map_or(word.as_str(), |(_, word)| word);
        // "expired", "expires" and "expire" are one word; what is left must still say something.
        let stem = |ending| word.strip_suffix(ending).filter(|stem| stem.len() >= 4);
        let stem = ["ed", "es", "e", "s"].into_iter().find_map(stem);
        stem.unwrap_or(word).to_owned()
    })
}

/// For each title, phrases beside the message and the cause of its entry.
#[rustfmt::skip] // a table: title, phrases
pub(super) static PHRASES: &[(&str, &[&str])] = &[
    // The token.
    ("190", &["invalid token", "token invalid", "token revoked", "oauth access token invalid", "token valid anymore", "token dead", "token no longer works", "oauthexception"]),
    ("190/458", &["removed the app", "user deauthorized the app", "app revoked", "removed access apps and websites", "app removed instagram settings"]),
    ("190/459", &["checkpoint", "checkpoint required", "challenge required", "suspicious login", "verify identity", "security check", "asks security check instagram.com"]),
    ("190/460", &["password changed", "changed password", "new password", "reset password", "session ended"]),
    ("190/463", &["token expired", "expired token", "access token expired", "session expired"]),
    ("190/464", &["unconfirmed user", "account confirmed instagram.com", "confirm account"]),
    ("190/467", &["logged out", "logged out of instagram", "session ended logging out"]),
    ("190 \"cannot parse access token\"", &["eaa token", "facebook token", "token of facebook login", "invalid oauth access token cannot parse"]),
    ("452", &["already long lived", "already long-lived token"]),
    // Limits and problems of Instagram.
    ("32", &["rate limit", "rate limited", "ratelimit", "too many requests", "429", "http 429", "api limit", "api call limit", "quota exceeded", "throttled", "application request limit reached", "too many api calls"]),
    ("80002", &["account rate limit"]),
    ("1", &["unknown error occurred", "an unexpected error retry your request later"]),
    ("2", &["instagram down", "service temporarily unavailable", "instagram outage", "500", "503"]),
    ("368", &["policy block"]),
    ("2207051", &["action blocked", "restrict certain activity", "spam"]),
    ("9007", &["media id available", "media not ready"]),
    // Permissions and roles.
    ("10", &["missing permission", "not authorized", "permission denied", "permissions", "insufficient permission", "enough permission", "application permission action", "requires permission", "permission missing", "permission denied instagram"]),
    ("\"insufficient developer role\"", &["not a tester", "user tester", "tester invitation", "tester invite pending", "add tester", "instagram tester", "app in development mode", "development mode", "accepted role", "role missing"]),
    ("\"personal account\"", &["need a business account", "personal private account", "creator account required", "business account", "creator account", "not a professional account", "account personal"]),
    ("\"invalid scope\"", &["unknown scope", "invalid scopes instagram_basic", "user_profile scope", "scope"]),
    // The app.
    ("\"invalid platform app\"", &["which app id", "facebook app id", "wrong app id", "facebook app id instagram app id"]),
    ("1 \"validating client secret\"", &["wrong secret", "wrong app secret", "app secret wrong", "client secret invalid", "invalid client_secret", "invalid secret", "secret mismatch"]),
    ("\"redirect_uri\"", &["invalid redirect url", "redirect uri mismatch", "wrong callback url", "redirect url match", "redirect uri invalid", "redirect uri registered", "callback address registered", "wrong redirect"]),
    ("\"url blocked\"", &["redirect uri whitelisted", "redirect failed because the redirect uri is not whitelisted", "whitelist"]),
    ("\"page isn't available\"", &["link you followed may be broken", "page not available"]),
    ("\"app is not active\"", &["app disabled", "app not accessible", "app currently accessible", "meta disabled app", "app deactivated", "app suspended"]),
    // The login.
    ("\"user denied\"", &["access denied", "denied", "clicked cancel", "pressed deny", "denied request", "cancelled"]),
    ("\"wrong account\"", &["another account signed in", "another account logged in", "wrong instagram account browser", "log in with a different account", "browser logged in", "different account", "wrong user logged in", "connected the wrong account"]),
    ("\"matching code was not found\"", &["authorization code expired", "code expired", "code found or already used"]),
    ("\"authorization code has been used\"", &["code used", "code already used"]),
    ("\"localhost\"", &["callback is not on this machine", "http localhost allowed"]),
    // Browsers.
    ("\"net::err_cert_authority_invalid\"", &[
        "err_cert_authority_invalid", "err cert invalid", "net err cert common name invalid", "connection private", "certificate warning", "sec error unknown issuer",
        "mozilla pkix error self signed cert", "mozilla pkix error ca cert used as end entity", "warning potential security risk ahead", "self signed certificate",
        "browser secure", "certificate trusted", "cert", "certificate", "ssl browser", "untrusted certificate", "unsafe site",
    ]),
    ("\"err_connection_refused\"", &[
        "err connection refused", "site reached", "localhost refused to connect", "refused", "unable to connect localhost", "connection refused", "safari connect server",
        "err empty response", "err connection reset", "browser open localhost", "browser reach localhost",
    ]),
    ("\"err_ssl_protocol_error\"", &["err ssl protocol error", "pr_end_of_file_error", "end of file", "ssl_error_rx_record_too_long", "record too long"]),
    // igconnect: the account.
    ("\"no account is connected\"", &["not connected", "account connected", "no account", "connected accounts", "unknown account"]),
    ("\"the secret is gone from the store\"", &["secret gone", "token missing", "lost secret", "lost token", "token missing from keyring", "secret missing"]),
    ("\"was interrupted\"", &["refresh interrupted", "login interrupted", "disconnect interrupted", "nothing was moved", "account was moved to another store meanwhile", "former store was not emptied", "killed during refresh"]),
    ("\"refreshed less than 24 hours ago\"", &["too young", "refreshed too soon", "token too young", "token younger than 24 hours", "refresh too early", "less than 24 hours"]),
    ("\"expires soon\"", &["token expires soon", "about to expire"]),
    ("\"not checked with instagram\"", &["unverified", "not verified", "expiry unknown until the first refresh", "restored from the store; not yet checked"]),
    ("\"leave them out\"", &["it has a name and an equals sign in front give only the value", "it has the word bearer in front give only the token", "braces around it give only the value inside the json", "it is a whole address give only the value inside it", "app secret has 32 digits and letters"]),
    // The app and the login.
    ("\"no meta app is set up\"", &["meta app", "no app", "need app id", "set up an app", "create app", "app set up yet"]),
    ("\"no answer came within\"", &["login timed out", "login timeout", "login takes too long", "instagram ended the login", "timed out waiting for browser", "waiting for browser", "answer came within minutes"]),
    ("\"tokens begin with ig\"", &["eaab token"]),
    // Stores.
    ("\"the secret store is locked\"", &["keyring locked", "unlock keyring", "keyring password", "locked secret store", "locked collection", "locked"]),
    ("\"no secret store was found on this machine\"", &[
        "no keyring", "session secret service dbus", "dbus running", "org freedesktop secrets provided by any service files", "keyring in docker", "keyring container", "no secret service",
    ]),
    ("\"the secret store did not answer within\"", &["keyring hangs", "keyring timeout", "store answer in seconds", "keyring slow", "the store does not answer"]),
    ("\"the secret store failed\"", &["keyring failed", "helper failed", "store failed", "secret store did not keep what was written", "secret store several entries of the same name"]),
    ("\"openbao\"", &["vault", "secrets engine at the mount is not kv version 2", "openbao denied", "openbao sealed", "bao_token"]),
    // This machine.
    ("\"another igconnect is running\"", &["another holds the lock", "database locked", "running", "lock", "lock busy", "another igconnect is using", "igconnect is working on this account", "machine is changing the account"]),
    ("\"port is taken\"", &["port taken", "port already in use", "address already in use", "eaddrinuse", "port in use", "port taken program user"]),
    ("\"clock is behind\"", &["wrong clock", "clock", "clock skew", "clock wrong", "system time wrong", "machine clock behind instagram last answer"]),
    ("\"the cache is damaged\"", &["database damaged", "database disk image malformed", "cache corrupt", "disk full", "damaged or not igconnect", "no space left on device", "database corrupt", "database"]),
    ("\"written by a newer igconnect\"", &["newer version", "token that a newer igconnect wrote", "newer"]),
    ("\"follow links here\"", &["symbolic link", "symlink", "not a file or folder as expected", "it is too large", "cannot find the home folder"]),
    ("\"open to other users\"", &["permissions too open", "unsafe permissions", "chmod", "others can read file", "chmod go-rwx", "belongs to another user", "permission denied config.toml"]),
    ("\"unexpected argument\"", &["invalid value", "unknown option", "cannot tell which shell you use", "unrecognized subcommand", "wrong flag", "unknown command", "account id is 1 to 32 digits", "alias is 1 to 32 letters digits", "name of an account cannot be empty", "sandbox has no such scenario", "stdin contains no address", "stdin is not text", "no command to run", "cannot be used", "longer than bytes", "no certificate with its key", "file of igconnect_log cannot be used", "contains a blank line break or character"]),
    ("\"the program cannot be started\"", &["program did not end in time", "program gave no usable answer", "cannot find the path of this program", "program not available here"]),
    ("\"the system has no resources left\"", &[
        "cannot receive signals", "sandbox cannot be started", "schema in this program is broken", "cannot render completion script manual pages",
        "system provides no random numbers", "out of memory", "panic", "bug",
    ]),
    ("\"too many open files\"", &["ulimit", "emfile"]),
    // The network.
    ("\"instagram cannot be reached\"", &["no internet", "network error", "dns error", "network", "offline", "no connection", "resolve host", "instagram did not answer in time", "connection to instagram broke", "network down", "connect to instagram"]),
    ("\"the answer did not come from instagram\"", &["captive portal", "proxy", "proxy error", "407 proxy authentication required", "wifi login page", "html instead of json", "an answer without shop", "answer larger than any real one", "encoding that was not asked for", "redirect to another place"]),
    ("\"the tls certificate of the server is not trusted\"", &["unable to get local issuer certificate", "unknownissuer", "corporate proxy certificate", "tls certificate server trusted", "ssl_cert_file", "system tls set-up cannot be used"]),
];
