//! The settings of a run: flag, then environment, then file, then default. Nothing is opened before it is needed, so that
//! help and completions work in a broken world.

mod app;
mod clock;
mod config;
pub mod environment;
mod error;
mod flag_values;
pub(crate) mod openbao;
mod paths;
mod platform_folders;
mod proxy;
mod redirect_uri;
mod run;
mod world;

pub(crate) use app::{App, AppId, SecretSource};
pub(crate) use clock::{Clock, SKEW_MAX};
pub(crate) use config::{CommandLine, Config};
pub(crate) use error::SettingsError;
pub(crate) use flag_values::{parse_duration, parse_port};
pub(crate) use paths::{Paths, ShellFolders, launch_agents, systemd_stamps, systemd_units};
pub(crate) use platform_folders::OldFolder;
pub(crate) use proxy::proxies;
pub(crate) use redirect_uri::{CALLBACK_PORT, RedirectUri};
pub(crate) use run::Settings;
pub(crate) use world::{World, is_loopback};
