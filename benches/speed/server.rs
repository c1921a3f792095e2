//! What keeps the secrets of a store beside the program, and the work that it has.

use std::fs;

/// A keyring, or a server.
pub trait Server {
    /// Its process.
    fn process(&self) -> u32;
    /// Adds an entry as long as that of an account, and returns whether it is there.
    fn add(&self, name: &str) -> bool;
}

/// The processor time that a process has used so far, in seconds.
pub fn cpu(process: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("a process");
    let fields = stat.rsplit(')').next().expect("fields");
    let fields: Vec<_> = fields.split_whitespace().collect();
    // proc(5): user and system time in hundredths of a second, the eleventh and twelfth field behind the state.
    let hundredths = |at: usize| fields[at].parse::<f64>().expect("a time");
    (hundredths(11) + hundredths(12)) / 100.0
}
