//! Random names that do not collide.

use ring::rand::{SecureRandom, SystemRandom};

/// Returns 16 random hexadecimal digits.
pub(crate) fn random_name() -> String {
    let mut bytes = [0; 8];
    // Without random numbers there is no TLS either. The name then only may collide.
    let _ = SystemRandom::new().fill(&mut bytes);
    data_encoding::HEXLOWER.encode(&bytes)
}
