//! `/me`: the account that a token belongs to, and its profile.

use jiff::Timestamp;
use serde::Deserialize;

use super::client::Instagram;
use super::error::InstagramError;
use super::explanation::Meaning;
use super::retry;
use super::wire::{self, IdText};
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

#[derive(Deserialize)]
struct MeResponse {
    user_id: Option<IdText>,
    username: Option<String>,
    #[serde(default, deserialize_with = "wire::lenient")]
    id: Option<IdText>,
    #[serde(default, deserialize_with = "wire::lenient")]
    name: Option<String>,
    #[serde(default, deserialize_with = "wire::lenient")]
    account_type: Option<String>,
    #[serde(default, deserialize_with = "wire::lenient")]
    profile_picture_url: Option<String>,
    #[serde(default, deserialize_with = "wire::lenient")]
    followers_count: Option<i64>,
    #[serde(default, deserialize_with = "wire::lenient")]
    follows_count: Option<i64>,
    #[serde(default, deserialize_with = "wire::lenient")]
    media_count: Option<i64>,
    #[serde(default, deserialize_with = "wire::lenient")]
    biography: Option<String>,
    #[serde(default, deserialize_with = "wire::lenient")]
    website: Option<String>,
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
        let (response, date): (MeResponse, _) = retry::retry_read(async || {
            let reply = self.get(url.clone(), Some(token.expose())).await?;
            Ok((wire::read(&reply)?, reply.date))
        })
        .await?;
        response.into_me(date.unwrap_or(now))
    }
}

impl MeResponse {
    fn into_me(self, now: Timestamp) -> Result<Me, InstagramError> {
        let digits = |id: IdText| id.into_text().parse::<AccountId>().ok();
        // Any other text would be stored, and shown in places that do not expect it.
        let username = self.username.filter(|name| is_username(name));
        let text = |text: Option<String>| text.filter(|text| !text.is_empty()).map(Untrusted::new);
        let user_id = self.user_id.and_then(digits);
        Ok(Me {
            id: user_id.ok_or(InstagramError::Missing("user_id"))?,
            app_scoped_id: self.id.and_then(digits).map(|id| id.to_string()),
            username: username.ok_or(InstagramError::Missing("username"))?,
            profile: Profile {
                name: text(self.name),
                biography: text(self.biography),
                website: text(self.website),
                account_type: text(self.account_type),
                profile_picture_url: text(self.profile_picture_url),
                followers_count: self.followers_count,
                follows_count: self.follows_count,
                media_count: self.media_count,
                fetched_at: now,
            },
        })
    }
}
