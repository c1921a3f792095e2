//! Every recorded answer, replayed at its endpoint by the scenario of its name.

use super::{super::recorded, *};

#[tokio::test]
async fn every_recorded_answer_is_played_with_its_status_and_its_keys() {
    let (short, long) = (
        TestSandbox::with("agrees").short().await,
        good_token().await,
    );
    for answer in recorded::all() {
        let sandbox = TestSandbox::with(&answer.scenario);
        sandbox.advance(2 * DAY * i64::from(answer.name.starts_with("token_refresh")));
        let response = match answer.name.split('_').collect::<Vec<_>>()[..] {
            ["authorize", ..] => {
                sandbox
                    .send(sandbox.client.get(sandbox.authorize_url(&[])))
                    .await
            }
            ["token", "long", ..] => sandbox.extend(&short, APP_SECRET).await,
            ["token", "refresh", ..] => sandbox.refresh(&long).await,
            ["token", ..] => sandbox.exchange(&sandbox.code().await, &[]).await,
            ["revoke", ..] => {
                let url = sandbox.at("/v25.0/me/permissions", &[]);
                sandbox
                    .send(sandbox.client.delete(url).bearer_auth(&long))
                    .await
            }
            _ => sandbox.me(&long, "user_id").await,
        };
        assert_eq!(
            response.status, answer.status,
            "{}: {}",
            answer.name, response.body
        );
        played_as_recorded(answer, &response);
    }
}

fn played_as_recorded(answer: &recorded::RecordedAnswer, response: &ReadResponse) {
    if let Some(recorded) = answer.text("location") {
        let recorded = query_of(&Url::parse(recorded).unwrap());
        let played = query_of(&response.location());
        for (name, value) in recorded
            .iter()
            .filter(|(name, _)| !["code", "state"].contains(&name.as_str()))
        {
            assert_eq!(&played[name], value, "{}", answer.name);
        }
        assert_eq!(played.contains_key("code"), recorded.contains_key("code"));
    } else if let Some(sentence) = answer.text("page_text") {
        assert!(response.body.contains(sentence));
    } else if answer.status == 200 {
        let keys = |body: &Value| {
            body.as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(
            keys(&response.json()),
            keys(&answer.body),
            "{}",
            answer.name
        );
        assert!(
            !response.body.contains("FAKE") && !response.body.contains("27000000000000017"),
            "{}",
            response.body
        );
    } else {
        assert_eq!(response.json(), answer.body, "{}", answer.name);
    }
}
