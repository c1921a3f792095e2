//! `/me`: the account that a token belongs to, and its profile.

use jiff::Timestamp;

use super::client::Instagram;
use super::error::InstagramError;
use super::explanation::Meaning;
use super::fields::AnswerFields;
use super::retry;
use super::wire;
use crate::account::{AccountId, LongToken, Profile, Untrusted, is_username};

/// Every profile field of the API with Instagram Login (Instagram API reference, "IG User").
const FIELDS: &str = "user_id,username,name,account_type,profile_picture_url,followers_count,follows_count,\
                      media_count,biography,website";

/// For a version of the API that no longer knows one of the other fields.
const FIELDS_MINIMAL: &str = "user_id,username";

#[derive(Debug)]
pub(crate) struct Me {
    /// The professional account id.
    pub(crate) id: AccountId,
    /// The id for this app only.
    pub(crate) app_scoped_id: Option<String>,
    pub(crate) username: String,
    pub(crate) profile: Profile,
}

impl Instagram {
    /// Requests the account and profile of `token`. The profile is dated by the server, or else by `now`.
    pub(crate) async fn me(&self, token: &LongToken, now: Timestamp) -> Result<Me, InstagramError> {
        match self.request_me(token, FIELDS, now).await {
            Err(error) if error.meaning() == Some(Meaning::UnknownField) => {
                self.request_me(token, FIELDS_MINIMAL, now).await
            }
            done => done,
        }
    }

    async fn request_me(
        &self,
        token: &LongToken,
        fields: &str,
        now: Timestamp,
    ) -> Result<Me, InstagramError> {
        let mut url = self.endpoints.graph("me")?;
        url.query_pairs_mut().append_pair("fields", fields);
        retry::retry_read(async || {
            let reply = self.get(url.clone(), Some(token.expose())).await?;
            read_me(&wire::read(&reply)?, reply.date.unwrap_or(now))
        })
        .await
    }
}

fn read_me(fields: &AnswerFields<'_>, now: Timestamp) -> Result<Me, InstagramError> {
    let id = |name| fields.id(name)?.parse::<AccountId>().ok();
    // Any other text would be stored, and shown in places that do not expect it.
    let username = fields.text("username").filter(|name| is_username(name));
    let text = |name| {
        let text = fields.text(name).filter(|text| !text.is_empty());
        text.map(Untrusted::new)
    };
    let count = |name| fields.integer(name).filter(|count| *count >= 0);
    Ok(Me {
        id: id("user_id").ok_or(InstagramError::Missing("user_id"))?,
        app_scoped_id: id("id").map(|id| id.to_string()),
        username: username.ok_or(InstagramError::Missing("username"))?,
        profile: Profile {
            name: text("name"),
            biography: text("biography"),
            website: text("website"),
            account_type: text("account_type"),
            profile_picture_url: text("profile_picture_url"),
            followers_count: count("followers_count"),
            follows_count: count("follows_count"),
            media_count: count("media_count"),
            fetched_at: now,
        },
    })
}
