//! Every recorded answer, played at its door by the scenario of its name.

use super::{super::answers, *};

#[tokio::test]
async fn every_recorded_answer_is_played_with_its_status_and_its_keys() {
    let (short, long) = (Town::with("agrees").short().await, good_token().await);
    for answer in answers::all() {
        let town = Town::with(&answer.scenario);
        town.later(2 * DAY * i64::from(answer.name.starts_with("token_refresh")));
        let told = match answer.name.split('_').collect::<Vec<_>>()[..] {
            ["authorize", ..] => town.send(town.client.get(town.authorize_url(&[]))).await,
            ["token", "long", ..] => town.extend(&short, APP_SECRET).await,
            ["token", "refresh", ..] => town.refresh(&long).await,
            ["token", ..] => town.exchange(&town.code().await, &[]).await,
            ["revoke", ..] => {
                let url = town.at("/v25.0/me/permissions", &[]);
                town.send(town.client.delete(url).bearer_auth(&long)).await
            }
            _ => town.me(&long, "user_id").await,
        };
        assert_eq!(told.status, answer.status, "{}: {}", answer.name, told.body);
        played_as_recorded(answer, &told);
    }
}

fn played_as_recorded(answer: &answers::Answer, told: &Told) {
    if let Some(recorded) = answer.text("location") {
        let recorded = query_of(&Url::parse(recorded).unwrap());
        let played = query_of(&told.location());
        for (name, value) in recorded
            .iter()
            .filter(|(name, _)| !["code", "state"].contains(&name.as_str()))
        {
            assert_eq!(&played[name], value, "{}", answer.name);
        }
        assert_eq!(played.contains_key("code"), recorded.contains_key("code"));
    } else if let Some(sentence) = answer.text("page_text") {
        assert!(told.body.contains(sentence));
    } else if answer.status == 200 {
        let keys = |body: &Value| {
            body.as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(keys(&told.json()), keys(&answer.body), "{}", answer.name);
        assert!(
            !told.body.contains("FAKE") && !told.body.contains("27000000000000017"),
            "{}",
            told.body
        );
    } else {
        assert_eq!(told.json(), answer.body, "{}", answer.name);
    }
}
