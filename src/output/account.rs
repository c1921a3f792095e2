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
    let default = if account.is_default {
        " · default"
    } else {
        ""
    };
    let mut card = Card {
        title: format!("{}{default}", account.title()),
        ..Card::default()
    };
    card.status = Some((account_line(account, status, now), colour(status.state)));
    if let Some(profile) = &account.profile {
        profile_facts(&mut card, profile, now);
    }
    card.fact_if("expires", account.expires_at.map(words::instant));
    card.fact("permissions", permissions(account));
    card.fact(
        "token",
        match &account.fingerprint {
            Some(fingerprint) => format!("in {place}, fingerprint {fingerprint}"),
            None => format!("in {place}"),
        },
    );
    card.fact("app", Untrusted::new(account.app.as_str()).to_string());
    card.fact("connected", words::age(account.connected_at, now));
    card.fact_if(
        "verified",
        account.verified_at.map(|at| words::age(at, now)),
    );
    card.fact("id", account.id.to_string());
    card
}

/// The card of the environment token.
pub(crate) fn environment_card(
    env_account: &EnvAccount,
    status: AccountStatus,
    now: Timestamp,
) -> Card {
    let mut card = Card {
        title: env_account.title(),
        ..Card::default()
    };
    card.status = Some((
        environment_line(env_account, status, now),
        colour(status.state),
    ));
    if let Some(owner) = &env_account.owner {
        profile_facts(&mut card, &owner.profile, now);
    }
    card.fact_if("expires", env_account.expires_at.map(words::instant));
    card.fact(
        "token",
        format!(
            "in the environment, fingerprint {}",
            env_account.fingerprint
        ),
    );
    card.fact_if(
        "verified",
        env_account.verified_at.map(|at| words::age(at, now)),
    );
    card.fact_if(
        "id",
        env_account.owner.as_ref().map(|owner| owner.id.to_string()),
    );
    card
}

fn profile_facts(card: &mut Card, profile: &Profile, now: Timestamp) {
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
}

/// The state of an account with its reason or the time left: `connected, 60 days left`.
pub(crate) fn account_line(account: &Account, status: AccountStatus, now: Timestamp) -> String {
    let line = line(account.expires_at, Some(&account.store), status, now);
    match account.noticed_at(status) {
        Some(at) => format!("{line} (noticed {})", words::age(at, now)),
        None => line,
    }
}

/// The same for the environment token.
pub(crate) fn environment_line(
    env_account: &EnvAccount,
    status: AccountStatus,
    now: Timestamp,
) -> String {
    line(env_account.expires_at, None, status, now)
}

fn line(
    end: Option<Timestamp>,
    store: Option<&StoreKind>,
    status: AccountStatus,
    now: Timestamp,
) -> String {
    let state = status.state;
    let needs_reason = matches!(
        state,
        State::NeedsLogin | State::Unverified | State::Unknown
    );
    match (status.reason, end) {
        (Some(reason), _) if needs_reason => match store {
            Some(store) => format!("{state}: {}", reason.sentence_about(store)),
            None => format!("{state}: {}", reason.sentence()),
        },
        (_, Some(end)) if state == State::Expired => words::left(end, now),
        (_, Some(end)) => format!("{state}, {}", words::left(end, now)),
        _ => state.to_string(),
    }
}

fn permissions(account: &Account) -> String {
    match account.scopes.joined() {
        "" => "unknown".to_owned(),
        names => names.replace(',', ", "),
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

fn colour(state: State) -> Style {
    match state {
        State::Connected => Style::new().green(),
        State::Expiring | State::Unverified | State::Unknown => Style::new().yellow(),
        State::Expired | State::NeedsLogin => Style::new().red(),
    }
}
