//! Trying again, where a second request can do no harm: reads alone, at most twice, with a short random pause.

use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};

use super::InstagramError;

/// The pauses before the second and third try; each is drawn between half and all of it.
const PAUSES: [Duration; 2] = [Duration::from_millis(400), Duration::from_millis(1200)];

/// Calls `request` until it succeeds, fails for good, or has failed three times.
pub(super) async fn reading<T>(
    mut request: impl AsyncFnMut() -> Result<T, InstagramError>,
) -> Result<T, InstagramError> {
    for pause in PAUSES {
        match request().await {
            Err(error) if error.is_passing() => {
                let pause = jittered(pause);
                let (cause, milliseconds) = (error.cause(), pause.as_millis() as u64);
                log::debug!(cause:%, milliseconds; "retry");
                tokio::time::sleep(pause).await;
            }
            done => return done,
        }
    }
    request().await
}

/// Many clients that failed together must not come back together.
fn jittered(pause: Duration) -> Duration {
    let mut random = [0; 1];
    let drawn = SystemRandom::new()
        .fill(&mut random)
        .map_or(u8::MAX, |()| random.first().copied().unwrap_or(0));
    pause / 2 + pause / 2 * u32::from(drawn) / u32::from(u8::MAX)
}
