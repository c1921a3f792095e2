//! An account for people: its card, and its row in a table.

use console::Style;
use jiff::Timestamp;

use super::card::Card;
use super::words;
use crate::account::{Account, AccountStatus, EnvAccount, Profile, State, StoreKind, Untrusted};

/// A biography may have 150 characters, a hostile one many more.
const TEXT_MAX_CHARS: usize = 300;

/// The card of an account at `now`. `place` says where its token is.
pub(crate) fn card(account: &Account, status: AccountStatus, now: Timestamp, place: &str) -> Card {
    let mut title = account.title();
    if account.is_default {
        title.push_str(" · default");
    }
    let line = account_line(account, status, now);
    let mut card = begin(title, (line, status.state), account.profile.as_ref(), now);
    card.fact_if("expires", account.expires_at.map(words::instant));
    let permissions = match account.scopes.joined() {
        "" => "unknown".to_owned(),
        names => names.replace(',', ", "),
    };
    card.fact("permissions", permissions);
    let fingerprint = account.fingerprint.as_ref();
    let fingerprint = fingerprint.map_or(String::new(), |it| format!(", fingerprint {it}"));
    card.fact("token", format!("in {place}{fingerprint}"));
    // The name may come from a store that other people write to.
    card.fact("app", Untrusted::new(account.app.as_str()).to_string());
    card.fact("connected", words::age(account.connected_at, now));
    let verified = account.verified_at.map(|at| words::age(at, now));
    card.fact_if("verified", verified);
    card.fact("id", account.id.as_str());
    card
}

pub(crate) fn environment_card(
    account: &EnvAccount,
    status: AccountStatus,
    now: Timestamp,
) -> Card {
    let (title, owner) = (account.title(), account.owner.as_ref());
    let line = environment_line(account, status, now);
    let profile = owner.map(|owner| &owner.profile);
    let mut card = begin(title, (line, status.state), profile, now);
    card.fact_if("expires", account.expires_at.map(words::instant));
    let token = format!("in the environment, fingerprint {}", account.fingerprint);
    card.fact("token", token);
    let verified = account.verified_at.map(|at| words::age(at, now));
    card.fact_if("verified", verified);
    card.fact_if("id", owner.map(|owner| owner.id.as_str()));
    card
}

fn begin(
    title: String,
    (line, state): (String, State),
    profile: Option<&Profile>,
    now: Timestamp,
) -> Card {
    let colour = match state {
        State::Connected => Style::new().green(),
        State::Expiring | State::Unverified | State::Unknown => Style::new().yellow(),
        State::Expired | State::NeedsLogin => Style::new().red(),
    };
    let mut card = Card {
        title,
        status: Some((line, colour)),
        ..Card::default()
    };
    let Some(profile) = profile else {
        return card;
    };
    let text = |text: &Option<Untrusted>| text.as_ref().map(|text| text.shortened(TEXT_MAX_CHARS));
    let count = |count: Option<i64>| count.map(words::number);
    card.fact_if("name", text(&profile.name));
    card.fact_if("type", profile.account_type.as_ref().map(account_type));
    card.fact_if("biography", text(&profile.biography));
    card.fact_if("website", text(&profile.website));
    card.fact_if("followers", count(profile.followers_count));
    card.fact_if("following", count(profile.follows_count));
    card.fact_if("posts", count(profile.media_count));
    card.fact("as of", words::age(profile.fetched_at, now));
    card.gap();
    card
}

/// The state of an account with its reason or the time left: `connected, 60 days left`.
pub(crate) fn account_line(account: &Account, status: AccountStatus, now: Timestamp) -> String {
    let line = line(account.expires_at, Some(&account.store), status, now);
    match account.noticed_at(status) {
        Some(at) => format!("{line} (noticed {})", words::age(at, now)),
        None => line,
    }
}

pub(crate) fn environment_line(
    account: &EnvAccount,
    status: AccountStatus,
    now: Timestamp,
) -> String {
    line(account.expires_at, None, status, now)
}

fn line(
    end: Option<Timestamp>,
    store: Option<&StoreKind>,
    AccountStatus { state, reason }: AccountStatus,
    now: Timestamp,
) -> String {
    let sentence = reason.map(|reason| match store {
        Some(store) => reason.sentence_about(store),
        None => reason.sentence().into(),
    });
    match (state, sentence, end) {
        (State::NeedsLogin | State::Unverified | State::Unknown, Some(sentence), _) => {
            format!("{state}: {sentence}")
        }
        (State::Expired, _, Some(end)) => words::left(end, now),
        (_, _, Some(end)) => format!("{state}, {}", words::left(end, now)),
        _ => state.to_string(),
    }
}

/// `BUSINESS` as `Business`, `MEDIA_CREATOR` as `Media creator`; Instagram writes them both ways.
fn account_type(kind: &Untrusted) -> String {
    let text = kind.shortened(40).replace('_', " ").to_lowercase();
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
