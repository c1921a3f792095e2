//! Many connections at once: the right callback is answered within a second, and only once.

use std::io::Write;
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::support::{CODE, TestListener, say, status};

/// The longest that a person may wait. For Windows the tests run in Wine, where each connection takes milliseconds.
const AT_ONCE: Duration = Duration::from_secs(if cfg!(windows) { 5 } else { 1 });

async fn assert_good_is_answered_at_once(mut listener: TestListener, connections: Vec<TcpStream>) {
    let begun = Instant::now();
    let reply = listener.say(listener.good()).await;
    assert_eq!(status(&reply), 303);
    assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
    assert_eq!(listener.code().await.expose(), CODE);
    drop(connections);
}

async fn connections(listener: &TestListener, first_words: &[u8]) -> Vec<TcpStream> {
    let mut connections = Vec::new();
    for _ in 0..200 {
        let mut tcp = listener.tcp().await;
        tcp.write_all(first_words).await.unwrap();
        connections.push(tcp);
    }
    connections
}

#[tokio::test]
async fn two_hundred_silent_connections_delay_no_browser() {
    let listener = TestListener::open().await;
    let connections = connections(&listener, b"").await;
    assert_good_is_answered_at_once(listener, connections).await;
}

#[tokio::test]
async fn two_hundred_half_handshakes_delay_no_browser() {
    let listener = TestListener::open().await;
    let connections = connections(&listener, b"\x16\x03\x01").await;
    assert_good_is_answered_at_once(listener, connections).await;
}

#[tokio::test]
async fn answered_connections_that_stay_open_delay_no_browser() {
    let listener = TestListener::open().await;
    let connections = connections(&listener, b"GET / HTTP/1.1\r\n\r\n").await;
    assert_good_is_answered_at_once(listener, connections).await;
}

#[tokio::test]
async fn at_most_thirty_two_are_served_and_the_oldest_silent_ones_are_evicted() {
    let listener = TestListener::with_deadline(Duration::from_secs(60)).await;
    let mut visitors = Vec::new();
    for _ in 0..40 {
        visitors.push(listener.tcp().await);
    }
    let mut open = Vec::new();
    let begun = Instant::now();
    while open.len() != 32 {
        assert!(begun.elapsed() < Duration::from_secs(20), "{open:?} stay");
        open.clear();
        for (place, visitor) in visitors.iter().enumerate() {
            let mut byte = [0];
            let end = timeout(Duration::from_millis(5), visitor.peek(&mut byte)).await;
            if !matches!(end, Ok(Ok(0))) {
                open.push(place);
            }
        }
    }
    assert_eq!(open, Vec::from_iter(8..40));
}

#[tokio::test]
async fn a_connection_that_sends_outlives_the_silent_ones() {
    let mut listener = TestListener::open().await;
    let mut tls = listener.tls().await;
    let good = listener.good();
    let (first, rest) = good.split_at(20);
    tls.write_all(first.as_bytes()).await.unwrap();
    tls.flush().await.unwrap();
    let connections = rush(&listener, b"");
    assert_eq!(status(&say(tls, rest).await), 303);
    assert_eq!(listener.code().await.expose(), CODE);
    drop(connections);
}

/// A hundred connections at the same moment. Nothing is awaited, so the listener does not run before all of them are there.
fn rush(listener: &TestListener, first_words: &[u8]) -> Vec<std::net::TcpStream> {
    let come = |_| {
        let mut tcp = listener.tcp_at_once();
        tcp.write_all(first_words).unwrap();
        tcp
    };
    (0..100).map(come).collect()
}

#[cfg(unix)] // Wine needs longer than the grace period of a connection to accept as many.
async fn assert_good_survives_a_rush(first_words: &[u8]) {
    let mut listener = TestListener::open().await;
    let begun = Instant::now();
    let good = listener.tcp_at_once();
    let rush = rush(&listener, first_words);
    good.set_nonblocking(true).unwrap();
    let good = TcpStream::from_std(good).unwrap();
    let reply = say(listener.tls_over(good).await, listener.good()).await;
    assert_eq!(status(&reply), 303);
    assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
    assert_eq!(listener.code().await.expose(), CODE);
    drop(rush);
}

#[cfg(unix)]
#[tokio::test]
async fn a_rush_of_silent_connections_does_not_evict_the_browser() {
    assert_good_survives_a_rush(b"").await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_rush_of_noise_does_not_evict_the_browser() {
    assert_good_survives_a_rush(b"GET / HTTP/1.1\r\n\r\n").await;
}

#[tokio::test]
async fn eight_replays_at_once_give_one_answer() {
    let mut listener = TestListener::open().await;
    let good = listener.good();
    let say = || listener.say(&good);
    let replies = tokio::join!(say(), say(), say(), say(), say(), say(), say(), say());
    let mut statuses: Vec<u16> = [
        replies.0, replies.1, replies.2, replies.3, replies.4, replies.5, replies.6, replies.7,
    ]
    .iter()
    .map(|reply| status(reply))
    .collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410, 410, 410, 410, 410, 410, 410]);
    assert_eq!(listener.code().await.expose(), CODE);
    assert!(
        listener
            .answer_within(Duration::from_millis(50))
            .await
            .is_none()
    );
}
