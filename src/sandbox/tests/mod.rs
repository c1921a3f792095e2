//! The sandbox over real sockets, with its own clock and a client that follows no redirects.

mod clients;
mod flow;
mod recorded_answers;
mod refusals;
mod safety;
mod scenarios;
mod simulated_user;

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::Timestamp;
use reqwest::{Client, RequestBuilder, redirect};
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::{APP_ID, APP_SECRET, BackgroundSandbox, Scenario};

const NOON: i64 = 1_794_000_000;
const DAY: i64 = 24 * 3600;
const CALLBACK: &str = "https://localhost:8723/callback";
const TWO: &str = "instagram_business_basic,instagram_business_manage_insights";
const EVERY_FIELD: &str = "user_id,username,name,account_type,profile_picture_url,followers_count,\
                           follows_count,media_count,biography,website";

struct TestSandbox {
    sandbox: BackgroundSandbox,
    clock: Arc<AtomicI64>,
    client: Client,
}

/// A response with its whole body.
struct ReadResponse {
    status: u16,
    headers: HashMap<String, String>,
    body: String,
}

impl ReadResponse {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    fn location(&self) -> Url {
        Url::parse(&self.headers["location"]).unwrap()
    }

    fn graph_code(&self) -> (i64, Option<i64>) {
        let error = &self.json()["error"];
        (
            error["code"].as_i64().unwrap(),
            error["error_subcode"].as_i64(),
        )
    }
}

fn query_of(url: &Url) -> HashMap<String, String> {
    url.query_pairs().into_owned().collect()
}

impl TestSandbox {
    fn with(scenario: &str) -> Self {
        let clock = Arc::new(AtomicI64::new(NOON));
        let shared = clock.clone();
        let read = Arc::new(move || Timestamp::from_second(shared.load(Ordering::SeqCst)).unwrap());
        let scenario: Scenario = scenario.parse().unwrap();
        let sandbox = BackgroundSandbox::start(0, scenario, read).unwrap();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .tls_certs_only([])
            .no_proxy()
            .redirect(redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            sandbox,
            clock,
            client,
        }
    }

    fn advance(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    fn at(&self, path: &str, query: &[(&str, &str)]) -> Url {
        let mut url = self.sandbox.address.join(path).unwrap();
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    async fn send(&self, request: RequestBuilder) -> ReadResponse {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers = headers.map(|(k, v)| (k.to_string(), v.to_str().unwrap().to_owned()));
        let headers = headers.collect();
        ReadResponse {
            status,
            headers,
            body: response.text().await.unwrap(),
        }
    }

    async fn get(&self, path: &str, query: &[(&str, &str)]) -> ReadResponse {
        self.send(self.client.get(self.at(path, query))).await
    }

    /// The authorize address, with some parameters changed, and empty ones left out.
    fn authorize_url(&self, changes: &[(&str, &str)]) -> Url {
        let mut parameters = vec![
            ("client_id", APP_ID),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", TWO),
            ("state", "the+state&="),
        ];
        for (name, value) in changes {
            parameters.retain(|(known, _)| known != name);
            parameters.push((name, value));
        }
        parameters.retain(|(_, value)| !value.is_empty());
        self.at("/oauth/authorize", &parameters)
    }

    /// Does what the simulated user of the scenario does on the consent page.
    async fn consent(&self) -> ReadResponse {
        let page = self.send(self.client.get(self.authorize_url(&[]))).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let answer = self
            .sandbox
            .address
            .join(&page.headers["x-sandbox-answer"])
            .unwrap();
        self.send(self.client.get(answer)).await
    }

    async fn code(&self) -> String {
        query_of(&self.consent().await.location())["code"].clone()
    }

    /// The exchange, with some fields changed, and empty ones left out.
    async fn exchange(&self, code: &str, changes: &[(&str, &str)]) -> ReadResponse {
        let mut fields = vec![
            ("client_id", APP_ID),
            ("client_secret", APP_SECRET),
            ("grant_type", "authorization_code"),
            ("redirect_uri", CALLBACK),
            ("code", code),
        ];
        for (name, value) in changes {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value));
        }
        fields.retain(|(_, value)| !value.is_empty());
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.post("application/x-www-form-urlencoded", body).await
    }

    async fn post(&self, content_type: &str, body: String) -> ReadResponse {
        let request = self.client.post(self.at("/oauth/access_token", &[]));
        self.send(request.header("content-type", content_type).body(body))
            .await
    }

    async fn short(&self) -> String {
        let response = self.exchange(&self.code().await, &[]).await.json();
        let flat = response["access_token"]
            .as_str()
            .or_else(|| response["data"][0]["access_token"].as_str());
        flat.unwrap_or_else(|| panic!("{response}")).to_owned()
    }

    async fn extend(&self, token: &str, secret: &str) -> ReadResponse {
        let query = [
            ("grant_type", "ig_exchange_token"),
            ("client_secret", secret),
            ("access_token", token),
        ];
        self.get("/access_token", &query).await
    }

    async fn long(&self) -> String {
        let response = self.extend(&self.short().await, APP_SECRET).await.json();
        response["access_token"]
            .as_str()
            .unwrap_or_else(|| panic!("{response}"))
            .to_owned()
    }

    async fn refresh(&self, token: &str) -> ReadResponse {
        let query = [("grant_type", "ig_refresh_token"), ("access_token", token)];
        self.get("/refresh_access_token", &query).await
    }

    async fn me(&self, token: &str, fields: &str) -> ReadResponse {
        let url = self.at("/v25.0/me", &[("fields", fields)]);
        self.send(self.client.get(url).bearer_auth(token)).await
    }
}

/// A long-lived token of a successful login, for a sandbox with another scenario.
async fn good_token() -> String {
    TestSandbox::with("agrees").long().await
}
