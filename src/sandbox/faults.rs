//! What a scenario does at an API endpoint: which recorded answer it plays, or what happens to the connection.

use std::time::Duration;

use serde_json::json;

use super::endpoint::Endpoint;
use super::pages;
use super::recorded::{RecordedAnswer, find};
use super::response::Response;
use super::scenario::Scenario;

const SLOW: Duration = Duration::from_secs(3);

/// The recorded answer of a scenario at an endpoint: a refusal, or the form of a success.
pub(super) fn choose_answer(
    scenario: Scenario,
    endpoint: Endpoint,
) -> Option<&'static RecordedAnswer> {
    if let Scenario::Answer(answer) = scenario
        && answer.endpoint == endpoint
    {
        return Some(answer);
    }
    find(answer_name(scenario, endpoint)?)
}

/// Refusals first, then the successes that every other scenario plays.
fn answer_name(scenario: Scenario, endpoint: Endpoint) -> Option<&'static str> {
    let takes_token = endpoint.takes_long_token();
    Some(match (scenario, endpoint) {
        (Scenario::FacebookAppId, Endpoint::Exchange) => "token_err_invalid_platform_app",
        (Scenario::WrongSecret, Endpoint::Exchange) => "token_err_redirect_mismatch_or_secret",
        (Scenario::WrongSecret, Endpoint::Extend) => "token_long_err_secret",
        (Scenario::CodeUsed, Endpoint::Exchange) => "token_err_code_used",
        (Scenario::NoTesterRole, Endpoint::Revoke) => "revoke_err_unsupported_ASSUMED",
        (Scenario::NoTesterRole, _) if endpoint.is_graph() => "me_err_unsupported_get",
        (Scenario::TooYoung, Endpoint::Refresh) => "token_refresh_err_too_young_UNKNOWN",
        (Scenario::Expired, Endpoint::Refresh) => "token_refresh_err_expired",
        (Scenario::Expired, _) if takes_token => "me_err_expired_subcode0",
        (Scenario::Revoked, _) if takes_token => "me_err_password_460",
        (Scenario::AppRemoved, _) if takes_token => "me_err_removed_458",
        (Scenario::Checkpoint, _) if takes_token => "me_err_checkpoint_459",
        (Scenario::Unconfirmed, _) if takes_token => "me_err_unconfirmed_464",
        (Scenario::LoggedOut, _) if takes_token => "me_err_logged_out_467",
        (Scenario::RateLimited, _) if endpoint.is_graph() => "rate_instagram_80002",
        (Scenario::AppLimit, _) if endpoint.is_graph() => "rate_app_4",
        (Scenario::Down, _) if endpoint.is_api() => "me_err_unavailable_2",
        (Scenario::Envelope, Endpoint::Exchange) => "token_short_data_envelope",
        (Scenario::StringId, Endpoint::Exchange) => "token_short_flat_string_id",
        (Scenario::Minimal, Endpoint::Exchange) => "token_short_flat_minimal",
        (_, Endpoint::Exchange) => "token_short_flat_numeric_id_array_permissions",
        (_, Endpoint::Extend) => "token_long_success",
        (_, Endpoint::Refresh) => "token_refresh_success",
        (_, Endpoint::Revoke) => "revoke_success_ASSUMED",
        _ => return None,
    })
}

/// Applies the faults of the connection, whatever the answer is. With `silent` it never returns.
pub(super) async fn disturb(scenario: Scenario, mut response: Response) -> Response {
    match scenario {
        Scenario::Slow => tokio::time::sleep(SLOW).await,
        Scenario::Silent => std::future::pending().await,
        Scenario::Html => {
            // Portals answer with 200, so a client cannot tell them by the status.
            let portal = pages::PORTAL.to_owned();
            return Response::text(200, "text/html; charset=utf-8", portal);
        }
        Scenario::Garbled => {
            // By characters, because half of one would not be text.
            let half = response.text.chars().count() / 2;
            response.text = response.text.chars().take(half).collect();
        }
        Scenario::Redirect => {
            return Response::json(302, &json!({}))
                .with_header("location", "https://portal.example.invalid/login");
        }
        Scenario::Huge => response.is_endless = true,
        _ => {}
    }
    response
}
