//! A login from the first address to the last page, after which nothing is left.

use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use url::Url;

use super::support::{CODE, START, TestListener, expected, good_target, say, state, status};
use crate::account::{AuthorizationResponse, IgnoreReason};
use crate::callback::{BindError, ConnectedPage, FailedPage, Listener, LoginOutcome};

const A_SECOND: Duration = Duration::from_secs(1);

fn connected() -> LoginOutcome {
    LoginOutcome::Connected(ConnectedPage {
        account: "@wreckshop.records".to_owned(),
        ..ConnectedPage::default()
    })
}

fn denied() -> LoginOutcome {
    let command = "igconnect login".to_owned();
    LoginOutcome::Denied { command }
}

fn failed() -> LoginOutcome {
    LoginOutcome::Failed(FailedPage::default())
}

fn has_ipv6() -> bool {
    TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}

#[cfg(unix)]
fn own_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn own_uid() -> u32 {
    0
}

async fn assert_free_within_a_second(port: u16, begun: Instant) {
    while let Err(error) = Listener::bind(port, None).await {
        assert!(begun.elapsed() < A_SECOND, "{error}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn the_start_address_leads_to_instagram_once() {
    let listener = TestListener::open().await;
    let start = format!("https://localhost:{}/start/{START}", listener.port);
    assert_eq!(listener.wait.start_url, start);
    let target = format!("/start/{START}");
    let early = listener.get_with(&target, "Sec-Purpose: prefetch\r\n");
    assert_eq!(status(&listener.say(early).await), 503);
    let reply = listener.say(listener.get(&target)).await;
    assert_eq!(status(&reply), 302);
    let location = format!(
        "\r\nLocation: https://www.instagram.com/oauth/authorize?state={}\r\n",
        state().expose()
    );
    assert!(reply.contains(&location), "{reply}");
    let again = listener.say(listener.get(&target)).await;
    assert_eq!(status(&again), 410);
    assert!(!again.contains("Location"));
}

#[tokio::test]
async fn the_outcome_page_waits_for_the_outcome_and_finishing_waits_for_the_page() {
    let mut fastest = A_SECOND;
    for (outcome, words) in [
        (connected(), "<h1>@wreckshop.records is connected.</h1>"),
        (denied(), "<h1>Access denied.</h1>"),
        (failed(), "<h1>Login not finished.</h1>"),
    ] {
        let mut listener = TestListener::open().await;
        listener.say(listener.good()).await;
        assert_eq!(listener.code().await.expose(), CODE);
        let (port, request, tls) = (
            listener.port,
            listener.get("/outcome"),
            listener.tls().await,
        );
        let page = tokio::spawn(say(tls, request));
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!page.is_finished());
        let begun = Instant::now();
        listener.wait.finish(outcome).await;
        let took = begun.elapsed();
        assert!(took < A_SECOND, "{took:?}");
        fastest = fastest.min(took);
        let reply = page.await.unwrap();
        assert_eq!(status(&reply), 200);
        assert!(reply.contains(words), "{reply}");
        assert_free_within_a_second(port, begun).await;
    }
    assert!(fastest < Duration::from_millis(800), "{fastest:?}");
}

#[tokio::test]
async fn a_browser_that_loads_the_outcome_late_still_gets_it() {
    let mut listener = TestListener::open().await;
    listener.say(listener.good()).await;
    listener.code().await;
    let (request, tcp) = (listener.get("/outcome"), listener.tcp().await);
    let tls = listener.tls_over(tcp).await;
    let late = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        say(tls, request).await
    };
    let (reply, ()) = tokio::join!(late, listener.wait.finish(connected()));
    assert_eq!(status(&reply), 200);
}

#[tokio::test]
async fn a_browser_that_never_comes_is_not_waited_for_longer_than_a_second() {
    let mut listener = TestListener::open().await;
    listener.say(listener.good()).await;
    listener.code().await;
    let _idle = (listener.tcp().await, listener.tls().await);
    let (port, begun) = (listener.port, Instant::now());
    listener.wait.finish(failed()).await;
    assert!(begun.elapsed() < A_SECOND, "{:?}", begun.elapsed());
    assert_free_within_a_second(port, begun).await;
}

#[tokio::test]
async fn a_denial_is_an_answer_too() {
    let mut listener = TestListener::open().await;
    let target = format!(
        "/callback?error=access_denied&error_reason=user_denied&error_description=%3Cscript%3E&state={}",
        state().expose()
    );
    let reply = listener.say(listener.get(&target)).await;
    assert_eq!(status(&reply), 303);
    match listener.answer_within(A_SECOND).await {
        Some(AuthorizationResponse::Denied(denial)) => assert!(denial.is_by_person()),
        other => panic!("{other:?}"),
    }
    assert_eq!(status(&listener.say(listener.good()).await), 410);
}

#[tokio::test]
async fn a_pasted_answer_ends_the_wait_and_no_browser_is_waited_for() {
    let mut listener = TestListener::open().await;
    let uri = Url::parse(&format!("https://localhost:{}/callback", listener.port)).unwrap();
    let text = format!("https://localhost:{}{}#_", listener.port, good_target());
    let wrong = listener
        .wait
        .paste("https://localhost/callback?code=a", &uri);
    assert!(wrong.is_err());
    match listener.wait.paste(&text, &uri) {
        Ok(AuthorizationResponse::Code(code)) => assert_eq!(code.expose(), CODE),
        other => panic!("{other:?}"),
    }
    assert_eq!(status(&listener.say(listener.good()).await), 410);
    let again = listener.wait.paste(&text, &uri);
    assert!(matches!(again, Err(IgnoreReason::State)));
    assert!(
        listener
            .answer_within(Duration::from_millis(20))
            .await
            .is_none()
    );
    let begun = Instant::now();
    listener.wait.finish(connected()).await;
    assert!(begun.elapsed() < Duration::from_millis(200));
}

#[tokio::test]
async fn a_dropped_listener_leaves_nothing_open() {
    let listener = TestListener::open().await;
    let mut idle = listener.tcp().await;
    let (port, begun) = (listener.port, Instant::now());
    drop(listener);
    assert_free_within_a_second(port, begun).await;
    assert_eq!(say(&mut idle, "").await, "");
    assert!(begun.elapsed() < A_SECOND);
}

#[tokio::test]
async fn only_loopback_is_served_in_both_families() {
    let mut listener = TestListener::open().await;
    if has_ipv6() {
        let tcp = TcpStream::connect((Ipv6Addr::LOCALHOST, listener.port)).await;
        let reply = say(listener.tls_over(tcp.unwrap()).await, listener.good()).await;
        assert_eq!(status(&reply), 303);
        assert_eq!(listener.code().await.expose(), CODE);
    }
    // Another address of the same machine: 127.0.0.2 only answers if all addresses are bound.
    let elsewhere = (Ipv4Addr::new(127, 0, 0, 2), listener.port);
    assert!(TcpStream::connect(elsewhere).await.is_err());
}

#[tokio::test]
async fn a_port_taken_in_either_family_is_busy() {
    let mut holders = vec![TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap()];
    if has_ipv6() {
        holders.push(TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).unwrap());
    }
    for holder in holders {
        let taken = holder.local_addr().unwrap().port();
        match Listener::bind(taken, None).await.err() {
            Some(BindError::Busy { port, holder }) => {
                assert_eq!(port, taken);
                if cfg!(target_os = "linux") {
                    assert_eq!(holder.map(|holder| holder.uid), Some(own_uid()));
                }
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn behind_a_tunnel_only_its_two_hosts_are_accepted() {
    let listener = Listener::bind(0, None).await.unwrap();
    let port = listener.port();
    let mut wait = listener.start(expected("my.host".to_owned()));
    assert_eq!(
        wait.start_url,
        format!("http://localhost:{port}/start/{START}")
    );
    let visit = async |host: &str, target: &str| {
        let tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .unwrap();
        let reply = say(
            tcp,
            format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        )
        .await;
        status(&reply)
    };
    assert_eq!(visit("evil.example", &good_target()).await, 421);
    assert_eq!(
        visit(&format!("localhost:{port}"), &format!("/start/{START}")).await,
        302
    );
    assert_eq!(visit("my.host", &good_target()).await, 303);
    assert!(matches!(
        wait.answer().await,
        AuthorizationResponse::Code(_)
    ));
}
