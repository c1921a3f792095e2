//! Trying again, where a second request can do no harm, after a short random pause or the one that Instagram names.

use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};

use super::error::InstagramError;
use crate::http::HttpError;

/// The pauses before the second and third try; each is drawn between half and all of it.
const PAUSES: [Duration; 2] = [Duration::from_millis(400), Duration::from_millis(1200)];

/// The longest pause that Instagram names and gets; where it is longer, the person is told how long.
const PATIENCE: Duration = Duration::from_secs(30);

/// Calls a `request` that only reads until it succeeds, fails for good, or has failed three times.
pub(super) async fn reading<T>(
    mut request: impl AsyncFnMut() -> Result<T, InstagramError>,
) -> Result<T, InstagramError> {
    for usual in PAUSES {
        match request().await {
            Err(error) => match pause_before_reading(&error, usual) {
                Some(pause) => wait(&error, pause).await,
                None => return Err(error),
            },
            done => return done,
        }
    }
    request().await
}

/// Calls a `request` that changes something, and once more where the first call certainly changed nothing.
pub(super) async fn changing<T>(
    mut request: impl AsyncFnMut() -> Result<T, InstagramError>,
) -> Result<T, InstagramError> {
    match request().await {
        Err(error) => match pause_before_changing(&error) {
            Some(pause) => {
                wait(&error, pause).await;
                request().await
            }
            None => Err(error),
        },
        done => done,
    }
}

async fn wait(error: &InstagramError, pause: Duration) {
    let (cause, milliseconds) = (error.cause(), pause.as_millis() as u64);
    log::debug!(cause:%, milliseconds; "retry");
    tokio::time::sleep(pause).await;
}

fn pause_before_reading(error: &InstagramError, usual: Duration) -> Option<Duration> {
    match error.retry_after() {
        Some(wait) if error.is_passing() || error.is_limit() => named(wait),
        _ => error.is_passing().then(|| jittered(usual)),
    }
}

/// A limit is judged before anything is done. Of no other answer is that certain.
fn pause_before_changing(error: &InstagramError) -> Option<Duration> {
    match error {
        // A certificate that is not trusted is no better a moment later.
        InstagramError::Unreachable(HttpError::Connect) => Some(Duration::ZERO),
        error if error.is_limit() => error.retry_after().and_then(named),
        _ => None,
    }
}

/// Never less than what was named.
fn named(wait: Duration) -> Option<Duration> {
    let [usual, ..] = PAUSES;
    (wait <= PATIENCE).then(|| wait + jittered(usual))
}

/// Many clients that failed together must not come back together.
fn jittered(pause: Duration) -> Duration {
    let mut random = [0; 1];
    let drawn = SystemRandom::new()
        .fill(&mut random)
        .map_or(u8::MAX, |()| random.first().copied().unwrap_or(0));
    pause / 2 + pause / 2 * u32::from(drawn) / u32::from(u8::MAX)
}
