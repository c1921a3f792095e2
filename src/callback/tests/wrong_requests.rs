//! Wrong requests are refused and change nothing. The right one is still accepted afterwards.

use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;

use super::support::{CODE, TestListener, good_target, say, state, status};

/// Every reply must have the strict headers.
fn assert_strict(name: &str, reply: &str) {
    for header in [
        "Content-Security-Policy: default-src 'none'; style-src 'sha256-",
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        "X-Content-Type-Options: nosniff",
        "X-Frame-Options: DENY",
        "Referrer-Policy: no-referrer",
        "Cache-Control: no-store",
        "Connection: close",
    ] {
        assert!(reply.contains(header), "{name}: {header}\n{reply}");
    }
    let lower = reply.to_lowercase();
    for never in ["access-control", "canary", "evil", CODE, state().expose()] {
        assert!(!lower.contains(&never.to_lowercase()), "{name}: {never}");
    }
}

#[tokio::test]
async fn the_right_request_is_accepted_after_every_wrong_one() {
    let mut listener = TestListener::open().await;
    let target = good_target();
    let s = state();
    let s = s.expose();
    let host = format!("Host: localhost:{}\r\n", listener.port);
    let raw = |line: &str, headers: &str| format!("{line} HTTP/1.1\r\n{headers}\r\n");
    let with = |more: &str| listener.get_with(&target, more);
    let table = [
        ("no state", listener.get("/callback?code=canary"), 400),
        ("empty", listener.get("/callback"), 400),
        (
            "denial",
            listener.get("/callback?error=access_denied&state=canary"),
            400,
        ),
        ("other case", listener.get(&target.to_lowercase()), 400),
        (
            "two codes",
            listener.get(&format!("{target}&code=canary")),
            400,
        ),
        (
            "two states",
            listener.get(&format!("{target}&state={s}")),
            400,
        ),
        (
            "code and error",
            listener.get(&format!("{target}&error=evil")),
            400,
        ),
        (
            "issuer",
            listener.get(&format!("{target}&iss=https://evil")),
            400,
        ),
        (
            "wrong Host",
            raw(&format!("GET {target}"), "Host: evil.example\r\n"),
            421,
        ),
        (
            "bare Host",
            raw(&format!("GET {target}"), "Host: localhost\r\n"),
            421,
        ),
        ("no Host", raw(&format!("GET {target}"), ""), 421),
        ("two Hosts", with(&host), 421),
        (
            "absolute form",
            raw(&format!("GET https://localhost{target}"), &host),
            400,
        ),
        ("asterisk", raw("OPTIONS *", &host), 405),
        ("authority form", raw("CONNECT localhost:1", &host), 405),
        (
            "POST",
            with("Content-Length: 4\r\n").replace("GET", "POST") + "a\nb\n",
            405,
        ),
        ("HEAD", listener.good().replace("GET", "HEAD"), 405),
        ("small get", listener.good().replace("GET", "get"), 405),
        ("LF only", listener.good().replace("\r\n", "\n"), 400),
        ("one LF", listener.good().replacen("\r\n", "\n", 1), 400),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), 400),
        ("no HTTP", "\u{16}\u{3}\u{1}\r\n\r\n".to_owned(), 400),
        ("blank line", "\r\n\r\n".to_owned(), 400),
        (
            "blank line before",
            "\r\n".to_owned() + &listener.good(),
            400,
        ),
        ("fragment", listener.get(&format!("{target}#_")), 400),
        ("prefetch", with("Sec-Purpose: prefetch;prerender\r\n"), 503),
        ("old prefetch", with("Purpose: prefetch\r\n"), 503),
        ("Origin", with("Origin: https://evil.example\r\n"), 400),
        ("cors", listener.good().replace("navigate", "cors"), 400),
        ("image", listener.good().replace("document", "image"), 400),
        ("two modes", with("Sec-Fetch-Mode: navigate\r\n"), 400),
        ("favicon", listener.get("/favicon.ico"), 404),
        ("other path", listener.get("/evil"), 404),
        ("slash after", listener.get(&target.replace('?', "/?")), 404),
        ("slash before", listener.get(&format!("/{target}")), 404),
        (
            "capitals",
            listener.get(&target.replace("callback", "CALLBACK")),
            404,
        ),
        (
            "escape",
            listener.get(&target.replace("callback", "callback%00")),
            404,
        ),
        ("early outcome", listener.get("/outcome"), 404),
        ("wrong start", listener.get("/start/canary"), 404),
        (
            "8 kB",
            listener.get(&format!("{target}&x={}", "a".repeat(8_000))),
            400,
        ),
        (
            "100 kB",
            listener.get(&format!("{target}&x={}", "a".repeat(100_000))),
            400,
        ),
        (
            "500 kB",
            listener.get(&format!("{target}&x={}", "a".repeat(500_000))),
            431,
        ),
        ("257 headers", with(&"X-Evil: 1\r\n".repeat(257)), 431),
        ("10,000 headers", with(&"X-Evil: 1\r\n".repeat(10_000)), 431),
    ];
    for (name, request, expected) in &table {
        let reply = listener.say(request).await;
        // Of an endless speech not all is taken, and then the reply may be lost.
        let cut = request.len() > 256 * 1024 && reply.is_empty();
        assert!(cut || status(&reply) == *expected, "{name}: {reply}");
        if !cut {
            assert_strict(name, &reply);
        }
    }
    assert!(listener.answer_within(Duration::ZERO).await.is_none());
    let reply = listener.say(listener.good()).await;
    assert_eq!(status(&reply), 303);
    assert!(reply.contains("\r\nLocation: /outcome\r\n"));
    assert_strict("good", &reply);
    assert_eq!(listener.code().await.expose(), CODE);
}

#[tokio::test]
async fn wrong_states_are_counted_and_noise_is_not() {
    let mut listener = TestListener::open().await;
    for n in 0..20 {
        let reply = listener
            .say(listener.get(&format!("/callback?code=a&state={n}")))
            .await;
        assert_eq!(status(&reply), 400);
    }
    for noise in ["/favicon.ico", "/", "/outcome"] {
        listener.say(listener.get(noise)).await;
    }
    assert_eq!(listener.wait.ignored(), 20);
    listener.say(listener.good()).await;
    assert_eq!(listener.code().await.expose(), CODE);
}

#[tokio::test]
async fn a_head_request_gets_no_body() {
    let listener = TestListener::open().await;
    let reply = listener.say(listener.good().replace("GET", "HEAD")).await;
    assert!(reply.contains("\r\nAllow: GET\r\n"));
    assert!(reply.ends_with("\r\n\r\n"));
}

#[tokio::test]
async fn only_the_first_of_two_requests_in_one_packet_is_heard() {
    let mut listener = TestListener::open().await;
    let reply = listener.say(listener.get("/evil") + &listener.good()).await;
    assert_eq!(
        (status(&reply), reply.matches("HTTP/1.1").count()),
        (404, 1)
    );
    assert!(listener.answer_within(Duration::ZERO).await.is_none());
}

#[tokio::test]
async fn plain_http_and_broken_handshakes_end_nothing() {
    let mut listener = TestListener::open().await;
    let reply = say(listener.tcp().await, listener.good()).await;
    assert_eq!(status(&reply), 400);
    assert!(reply.ends_with("This port speaks HTTPS. The address must begin with https://\n"));
    assert_strict("plain", &reply);
    for start in [
        &b"\x16"[..],
        b"\x16\x03\x01\x02\x00\x01",
        b"\x16\xff\xff\xff\xff",
        b"\x00",
    ] {
        let mut tcp = listener.tcp().await;
        tcp.write_all(start).await.unwrap();
    }
    listener.say(listener.good()).await;
    assert_eq!(listener.code().await.expose(), CODE);
}

#[tokio::test]
async fn a_slow_or_silent_connection_is_cut() {
    let mut listener = TestListener::with_deadline(Duration::from_millis(400)).await;
    let begun = Instant::now();
    let silent = say(listener.tcp().await, "");
    let half_shaken = say(listener.tcp().await, b"\x16\x03\x01");
    let slow = async {
        let mut tls = listener.tls().await;
        for byte in listener.good().as_bytes() {
            if tls.write_all(&[*byte]).await.is_err() || tls.flush().await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        say(tls, "").await
    };
    let replies = tokio::join!(silent, half_shaken, slow);
    assert_eq!(replies, Default::default());
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "{:?}",
        begun.elapsed()
    );
    assert!(listener.answer_within(Duration::ZERO).await.is_none());
}
