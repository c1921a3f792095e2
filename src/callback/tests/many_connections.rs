//! Many at once: the good callback is answered within a second, and one answer is one answer.

use std::io::Write;
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::support::{CODE, TestListener, say, status};

/// The room's promise to the person in front of the browser.
const AT_ONCE: Duration = Duration::from_secs(1);

async fn assert_good_is_answered_at_once(mut room: TestListener, connections: Vec<TcpStream>) {
    let begun = Instant::now();
    let reply = room.say(room.good()).await;
    assert_eq!(status(&reply), 303);
    assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
    assert_eq!(room.code().await.expose(), CODE);
    drop(connections);
}

async fn connections(room: &TestListener, first_words: &[u8]) -> Vec<TcpStream> {
    let mut connections = Vec::new();
    for _ in 0..200 {
        let mut tcp = room.tcp().await;
        tcp.write_all(first_words).await.unwrap();
        connections.push(tcp);
    }
    connections
}

#[tokio::test]
async fn two_hundred_silent_visitors_delay_nobody() {
    let room = TestListener::open().await;
    let connections = connections(&room, b"").await;
    assert_good_is_answered_at_once(room, connections).await;
}

#[tokio::test]
async fn two_hundred_half_handshakes_delay_nobody() {
    let room = TestListener::open().await;
    let connections = connections(&room, b"\x16\x03\x01").await;
    assert_good_is_answered_at_once(room, connections).await;
}

#[tokio::test]
async fn visitors_that_have_their_reply_and_stay_delay_nobody() {
    let room = TestListener::open().await;
    let connections = connections(&room, b"GET / HTTP/1.1\r\n\r\n").await;
    assert_good_is_answered_at_once(room, connections).await;
}

#[tokio::test]
async fn no_more_than_thirty_two_are_served_at_a_time_and_the_oldest_silent_ones_go() {
    let room = TestListener::with_deadline(Duration::from_secs(60)).await;
    let mut visitors = Vec::new();
    for _ in 0..40 {
        visitors.push(room.tcp().await);
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
async fn a_visitor_that_speaks_outlives_the_silent_ones() {
    let mut room = TestListener::open().await;
    let mut tls = room.tls().await;
    let good = room.good();
    let (first, rest) = good.split_at(20);
    tls.write_all(first.as_bytes()).await.unwrap();
    tls.flush().await.unwrap();
    let connections = rush(&room, b"");
    assert_eq!(status(&say(tls, rest).await), 303);
    assert_eq!(room.code().await.expose(), CODE);
    drop(connections);
}

/// A hundred who come in the same moment: nothing is awaited, so the listener does not run before all of them are here.
fn rush(room: &TestListener, first_words: &[u8]) -> Vec<std::net::TcpStream> {
    let come = |_| {
        let mut tcp = room.tcp_at_once();
        tcp.write_all(first_words).unwrap();
        tcp
    };
    (0..100).map(come).collect()
}

async fn assert_good_survives_a_rush(first_words: &[u8]) {
    let mut room = TestListener::open().await;
    let begun = Instant::now();
    let good = room.tcp_at_once();
    let rush = rush(&room, first_words);
    good.set_nonblocking(true).unwrap();
    let good = TcpStream::from_std(good).unwrap();
    let reply = say(room.tls_over(good).await, room.good()).await;
    assert_eq!(status(&reply), 303);
    assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
    assert_eq!(room.code().await.expose(), CODE);
    drop(rush);
}

#[tokio::test]
async fn a_rush_of_silent_visitors_does_not_push_the_good_one_out() {
    assert_good_survives_a_rush(b"").await;
}

#[tokio::test]
async fn a_rush_of_noise_does_not_push_the_good_one_out() {
    assert_good_survives_a_rush(b"GET / HTTP/1.1\r\n\r\n").await;
}

#[tokio::test]
async fn eight_replays_at_once_give_one_answer() {
    let mut room = TestListener::open().await;
    let good = room.good();
    let say = || room.say(&good);
    let replies = tokio::join!(say(), say(), say(), say(), say(), say(), say(), say());
    let mut statuses: Vec<u16> = [
        replies.0, replies.1, replies.2, replies.3, replies.4, replies.5, replies.6, replies.7,
    ]
    .iter()
    .map(|reply| status(reply))
    .collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410, 410, 410, 410, 410, 410, 410]);
    assert_eq!(room.code().await.expose(), CODE);
    assert!(
        room.answer_within(Duration::from_millis(50))
            .await
            .is_none()
    );
}
