//! An account in JSON. It holds no secret.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::account::{
    Account, AccountId, AccountStatus, Alias, AnyAccount, ENV_STORE, EnvAccount, Fingerprint,
    Profile, REFRESH_WINDOW, State, Untrusted,
};
use crate::output::json::Instant;

document! { "account":
    /// An account.
    #[derive(Debug)]
    pub(crate) struct AccountJson<'a> {
        /// The professional account id. null only for an environment token before Instagram was asked.
        id: Option<&'a AccountId>,
        /// The id for one Meta app only.
        app_scoped_id: Option<&'a str>,
        /// Without @. null like id.
        username: Option<&'a str>,
        /// The person's own name for it.
        alias: Option<&'a str>,
        /// Whether commands use it if no account is named.
        default: bool,
        /// The Meta app it was connected with. null for the environment token.
        app: Option<&'a str>,
        state: State,
        /// The reason of the state, as a sentence.
        reason: Option<Cow<'static, str>>,
        /// Since when the reason is known.
        reason_since: Option<Instant>,
        /// When a person last consented. null for the environment token.
        connected_at: Option<Instant>,
        /// When Instagram last answered for the token.
        verified_at: Option<Instant>,
        token: TokenJson<'a>,
        /// As last fetched.
        profile: Option<ProfileJson<'a>>,
    }
}

document! { "token_facts":
    /// The facts about a token; never the token.
    #[derive(Debug)]
    struct TokenJson<'a> {
        /// Where the token is: keyring, sealed, command:NAME, openbao, file, or env for the environment.
        store: &'a str,
        /// When it was issued or last refreshed.
        issued_at: Option<Instant>,
        expires_at: Option<Instant>,
        /// The time left; negative if it expired.
        expires_in_seconds: Option<i64>,
        /// From when on a refresh is due.
        refresh_from: Option<Instant>,
        /// The permissions granted; empty when Instagram did not say.
        scopes: Vec<&'a str>,
        /// A short keyed hash, to compare two copies without showing either.
        fingerprint: Option<&'a str>,
    }
}

document! { "profile":
    #[derive(Debug)]
    struct ProfileJson<'a> {
        name: Option<&'a str>,
        biography: Option<&'a str>,
        website: Option<&'a str>,
        /// BUSINESS, MEDIA_CREATOR, or what Instagram says next.
        account_type: Option<&'a str>,
        /// A signed address that itself expires.
        profile_picture_url: Option<&'a str>,
        followers_count: Option<i64>,
        follows_count: Option<i64>,
        media_count: Option<i64>,
        fetched_at: Instant,
    }
}

impl<'a> AccountJson<'a> {
    pub(crate) fn of_any(account: &'a AnyAccount, status: AccountStatus, now: Timestamp) -> Self {
        match account {
            AnyAccount::Stored(account) => Self::new(account, status, now),
            AnyAccount::Environment(account) => Self::of_environment(account, status, now),
        }
    }

    /// `account` with its state at `now`.
    pub(crate) fn new(account: &'a Account, status: AccountStatus, now: Timestamp) -> Self {
        Self {
            id: Some(&account.id),
            app_scoped_id: account.app_scoped_id.as_deref(),
            username: account.known_username().map(Untrusted::raw),
            alias: account.alias.as_ref().map(Alias::as_str),
            default: account.is_default,
            app: Some(&account.app),
            state: status.state,
            reason: (status.reason).map(|reason| reason.sentence_about(&account.store)),
            reason_since: account.noticed_at(status).map(Instant),
            connected_at: Some(Instant(account.connected_at)),
            verified_at: account.verified_at.map(Instant),
            token: TokenJson {
                store: account.store.as_str(),
                scopes: account.scopes.names().collect(),
                fingerprint: account.fingerprint.as_ref().map(Fingerprint::as_str),
                ..TokenJson::living(account.issued_at, account.expires_at, now)
            },
            profile: account.profile.as_ref().map(ProfileJson::new),
        }
    }

    /// The environment token with its state at `now`. It has no id and no name until Instagram was asked.
    pub(crate) fn of_environment(
        env_account: &'a EnvAccount,
        status: AccountStatus,
        now: Timestamp,
    ) -> Self {
        let owner = env_account.owner.as_ref();
        Self {
            id: owner.map(|owner| &owner.id),
            app_scoped_id: owner.and_then(|owner| owner.app_scoped_id.as_deref()),
            username: owner.map(|owner| owner.username.raw()),
            alias: None,
            default: false,
            app: None,
            state: status.state,
            reason: status.reason.map(|reason| reason.sentence().into()),
            // Nothing about it is recorded, so only this run knows anything.
            reason_since: None,
            connected_at: None,
            verified_at: env_account.verified_at.map(Instant),
            token: TokenJson {
                store: ENV_STORE,
                scopes: Vec::new(),
                fingerprint: Some(env_account.fingerprint.as_str()),
                ..TokenJson::living(env_account.issued_at, env_account.expires_at, now)
            },
            profile: owner.map(|owner| ProfileJson::new(&owner.profile)),
        }
    }
}

impl<'a> TokenJson<'a> {
    fn living(issued_at: Option<Timestamp>, expires_at: Option<Timestamp>, now: Timestamp) -> Self {
        let refresh_from = expires_at.and_then(|end| end.checked_sub(REFRESH_WINDOW).ok());
        Self {
            store: "",
            issued_at: issued_at.map(Instant),
            expires_at: expires_at.map(Instant),
            expires_in_seconds: expires_at.map(|end| end.duration_since(now).as_secs()),
            refresh_from: refresh_from.map(Instant),
            scopes: Vec::new(),
            fingerprint: None,
        }
    }
}

impl<'a> ProfileJson<'a> {
    fn new(profile: &'a Profile) -> Self {
        let text = |text: &'a Option<Untrusted>| text.as_ref().map(Untrusted::raw);
        Self {
            name: text(&profile.name),
            biography: text(&profile.biography),
            website: text(&profile.website),
            account_type: text(&profile.account_type),
            profile_picture_url: text(&profile.profile_picture_url),
            followers_count: profile.followers_count,
            follows_count: profile.follows_count,
            media_count: profile.media_count,
            fetched_at: Instant(profile.fetched_at),
        }
    }
}

/// All fields of `T`, to be flattened; in the schema a reference to `T` instead of a copy of its fields.
#[derive(Debug, serde::Serialize)]
pub(crate) struct FlattenedFields<T>(pub(crate) T);
