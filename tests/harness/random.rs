//! Random numbers that can be had again: their seed is printed.

use std::env;
use std::hash::{BuildHasher, Hasher, RandomState};

/// Set to a number that a failed test printed, to get the same values again.
const SEED: &str = "IGCONNECT_TESTS_SEED";

/// The numbers of splitmix64.
pub struct Random(u64);

impl Random {
    /// From a seed that is printed, or from the one of the environment.
    pub fn new() -> Self {
        let seed = env::var(SEED)
            .ok()
            .map(|seed| seed.parse().expect("a number as seed"));
        let seed = seed.unwrap_or_else(|| RandomState::new().build_hasher().finish());
        println!("{SEED}={seed}");
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.next() as usize % end
    }
}
