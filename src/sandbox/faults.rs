//! What a scenario does at an API endpoint: which recorded answer it plays, or what happens to the connection.

use std::time::Duration;

use serde_json::json;

use super::{
    answers::{Answer, find},
    door::Door,
    pages,
    scenario::Scenario,
    wire::{Content, Reply},
};

/// How long a slow reply takes.
const SLOW: Duration = Duration::from_secs(3);

/// The recorded answer that a scenario plays at a door, a refusal or the form of a success.
pub(super) fn answer(scenario: Scenario, door: Door) -> Option<&'static Answer> {
    if let Scenario::Answer(answer) = scenario
        && answer.door == door
    {
        return Some(answer);
    }
    find(refusal(scenario, door).or_else(|| shape(scenario, door))?)
}

fn refusal(scenario: Scenario, door: Door) -> Option<&'static str> {
    let dead = door.takes_long_token();
    let name = match (scenario, door) {
        (Scenario::FacebookAppId, Door::Exchange) => "token_err_invalid_platform_app",
        (Scenario::WrongSecret, Door::Exchange) => "token_err_redirect_mismatch_or_secret",
        (Scenario::WrongSecret, Door::Extend) => "token_long_err_secret",
        (Scenario::CodeUsed, Door::Exchange) => "token_err_code_used",
        (Scenario::NoTesterRole, Door::Revoke) => "revoke_err_unsupported_ASSUMED",
        (Scenario::NoTesterRole, _) if door.is_graph() => "me_err_unsupported_get",
        (Scenario::TooYoung, Door::Refresh) => "token_refresh_err_too_young_UNKNOWN",
        (Scenario::Expired, Door::Refresh) => "token_refresh_err_expired",
        (Scenario::Expired, _) if dead => "me_err_expired_subcode0",
        (Scenario::Revoked, _) if dead => "me_err_password_460",
        (Scenario::AppRemoved, _) if dead => "me_err_removed_458",
        (Scenario::Checkpoint, _) if dead => "me_err_checkpoint_459",
        (Scenario::Unconfirmed, _) if dead => "me_err_unconfirmed_464",
        (Scenario::LoggedOut, _) if dead => "me_err_logged_out_467",
        (Scenario::RateLimited, _) if door.is_graph() => "rate_instagram_80002",
        (Scenario::AppLimit, _) if door.is_graph() => "rate_app_4",
        (Scenario::Down, _) if door.is_api() => "me_err_unavailable_2",
        _ => return None,
    };
    Some(name)
}

fn shape(scenario: Scenario, door: Door) -> Option<&'static str> {
    let name = match (door, scenario) {
        (Door::Exchange, Scenario::Envelope) => "token_short_data_envelope",
        (Door::Exchange, Scenario::StringId) => "token_short_flat_string_id",
        (Door::Exchange, Scenario::Minimal) => "token_short_flat_minimal",
        (Door::Exchange, _) => "token_short_flat_numeric_id_array_permissions",
        (Door::Extend, _) => "token_long_success",
        (Door::Refresh, _) => "token_refresh_success",
        (Door::Revoke, _) => "revoke_success_ASSUMED",
        _ => return None,
    };
    Some(name)
}

/// What happens on the way, whatever the answer would have been. A silent connection never comes back from here.
pub(super) async fn on_the_way(scenario: Scenario, reply: Reply) -> Reply {
    match scenario {
        Scenario::Slow => {
            tokio::time::sleep(SLOW).await;
            reply
        }
        Scenario::Silent => std::future::pending().await,
        Scenario::Html => Reply::text(200, "text/html; charset=utf-8", pages::PORTAL.to_owned()),
        Scenario::Garbled => half(reply),
        Scenario::Redirect => {
            Reply::json(302, &json!({})).with("location", "https://portal.example.invalid/login")
        }
        Scenario::Huge => Reply {
            body: Content::Endless,
            ..reply
        },
        _ => reply,
    }
}

fn half(mut reply: Reply) -> Reply {
    if let Content::Text(text) = &mut reply.body {
        *text = text.chars().take(text.chars().count() / 2).collect();
    }
    reply
}
