//! Stores: the keyring and its faults, `store check`, and accounts that move from one store to another.

mod check;
#[cfg(unix)]
mod faults;
#[cfg(unix)]
mod keyring;
mod moving;
