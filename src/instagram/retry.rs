//! Retries a request when that does no harm, after a short random pause or the one that Instagram asks for.

use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};

use super::error::InstagramError;

/// Before the second and third attempt. The actual pause is random, between half of it and all of it.
const PAUSES: [Duration; 2] = [Duration::from_millis(400), Duration::from_millis(1200)];

/// The longest pause that Instagram may ask for. If it asks for more, the error says how long.
const PAUSE_MAX: Duration = Duration::from_secs(30);

/// Sends a `request` that changes nothing until it succeeds, fails permanently, or has failed three times.
pub(super) async fn retry_read<T>(
    request: impl AsyncFnMut() -> Result<T, InstagramError>,
) -> Result<T, InstagramError> {
    retry(request, &PAUSES, pause_before_reading).await
}

/// Sends a `request` that changes something, and again only if the first one certainly changed nothing.
pub(super) async fn retry_change<T>(
    request: impl AsyncFnMut() -> Result<T, InstagramError>,
) -> Result<T, InstagramError> {
    // At most once, after the pause that the error gives.
    let once = [Duration::ZERO];
    retry(request, &once, |error, _| pause_before_changing(error)).await
}

/// Repeats a `request` at most once per pause, and only while `pause_after` its error gives a pause.
async fn retry<T>(
    mut request: impl AsyncFnMut() -> Result<T, InstagramError>,
    pauses: &[Duration],
    pause_after: impl Fn(&InstagramError, Duration) -> Option<Duration>,
) -> Result<T, InstagramError> {
    for usual in pauses {
        let error = match request().await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let Some(pause) = pause_after(&error, *usual) else {
            return Err(error);
        };
        let (cause, milliseconds) = (error.cause(), pause.as_millis() as u64);
        log::debug!(cause:%, milliseconds; "retry");
        tokio::time::sleep(pause).await;
    }
    request().await
}

fn pause_before_reading(error: &InstagramError, usual: Duration) -> Option<Duration> {
    match error.retry_after() {
        Some(wait) if error.is_temporary() || error.is_limit() => requested(wait),
        _ => error.is_temporary().then(|| add_jitter(usual)),
    }
}

/// Instagram checks its limits before it does anything. No other answer is as certain.
fn pause_before_changing(error: &InstagramError) -> Option<Duration> {
    match error {
        InstagramError::Unreachable(error) if error.is_of_connecting() => Some(Duration::ZERO),
        error if error.is_limit() => error.retry_after().and_then(requested),
        _ => None,
    }
}

/// At least the pause that Instagram asks for.
fn requested(wait: Duration) -> Option<Duration> {
    let [usual, ..] = PAUSES;
    (wait <= PAUSE_MAX).then(|| wait + add_jitter(usual))
}

/// So that clients that failed together do not come back together.
fn add_jitter(pause: Duration) -> Duration {
    let mut random = [u8::MAX];
    // Without random numbers the whole pause, which is only slower.
    let _ = SystemRandom::new().fill(&mut random);
    let [drawn] = random;
    pause / 2 + pause / 2 * u32::from(drawn) / u32::from(u8::MAX)
}
