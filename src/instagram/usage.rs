//! The share of its calls that the app has used, from the headers of a reply.

use serde::Deserialize;
use serde_json::Value;

use super::fields::integer;
use crate::http::Reply;

/// The longest wait in the usage header, converted from minutes (Graph API, "Rate Limits", Business Use Case).
pub(super) fn regain_seconds(reply: &Reply) -> Option<u64> {
    #[derive(Deserialize)]
    struct Usage {
        #[serde(default)]
        estimated_time_to_regain_access: Value,
    }
    let usage: std::collections::HashMap<String, Vec<Usage>> =
        serde_json::from_str(reply.business_usage.as_deref()?).ok()?;
    let usages = usage.values().flatten();
    let minutes = usages.filter_map(|usage| integer(&usage.estimated_time_to_regain_access));
    // 0 means that nothing is blocked.
    let minutes = minutes.max().filter(|minutes| *minutes > 0)?;
    Some(minutes.unsigned_abs().saturating_mul(60))
}

/// The highest of the counts, in percent (Graph API, "Rate Limits", Platform).
pub(super) fn app_usage(reply: &Reply) -> Option<u64> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Usage {
        call_count: Value,
        total_time: Value,
        total_cputime: Value,
    }
    let usage: Usage = serde_json::from_str(reply.app_usage.as_deref()?).ok()?;
    // Instagram refuses calls when any of the three reaches 100.
    let counts = [usage.call_count, usage.total_time, usage.total_cputime];
    let counts = counts.iter().filter_map(integer);
    counts.filter_map(|count| u64::try_from(count).ok()).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroize::Zeroizing;

    #[test]
    fn the_highest_count_is_the_usage_of_the_app() {
        let mut answer = Reply {
            status: 200,
            date: None,
            retry_after: None,
            business_usage: None,
            app_usage: None,
            body: Zeroizing::new(b"{}".to_vec()),
        };
        for (header, usage) in [
            (None, None),
            (Some("no JSON"), None),
            (Some("{}"), None),
            (
                Some(r#"{"call_count":28,"total_time":100,"total_cputime":25}"#),
                Some(100),
            ),
        ] {
            answer.app_usage = header.map(str::to_owned);
            assert_eq!(app_usage(&answer), usage, "{header:?}");
        }
    }
}
