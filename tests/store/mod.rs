//! Stores: the keyring and its faults, `store check`, and accounts that move from one store to another.

mod check;
mod faults;
mod keyring;
mod moving;
