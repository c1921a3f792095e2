//! Random names that do not collide.

use ring::rand::{SecureRandom, SystemRandom};

/// Returns 16 random hexadecimal digits.
pub(crate) fn random_name() -> String {
    let mut bytes = [0; 8];
    // A system without random numbers cannot do TLS either. Here the name only might collide.
    let _ = SystemRandom::new().fill(&mut bytes);
    data_encoding::HEXLOWER.encode(&bytes)
}
