//! `app`: the person's own Meta app. Its secret is in the keyring, the rest in `config.toml`.

mod add;
mod check;
mod configuration;
mod setup;
