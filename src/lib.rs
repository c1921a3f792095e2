//! x
pub mod account;
/// The built-in stand-in for Instagram.
pub mod sandbox;
