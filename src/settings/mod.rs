//! What this run is to work with: flag, then environment, then file, then default.
//! Nothing is opened here before it is asked for, so help and completions work in a broken world.

mod app;
mod clock;
mod config;
pub mod environment;
mod flag_values;
pub mod openbao;
mod paths;
mod redirect_uri;
mod world;

pub use app::{App, AppId, SecretSource};
pub use clock::{Clock, SKEW_MAX};
pub use config::{CommandLine, Config, ConfigError};
pub(crate) use flag_values::{parse_duration, parse_port};
pub use paths::{Paths, launch_agents, systemd_stamps, systemd_units};
pub use redirect_uri::RedirectUri;
pub use world::World;

use crate::private_files::PrivateFileError;

/// The port of the callback listener. Instagram compares redirect URIs letter by letter, so it is fixed.
pub const CALLBACK_PORT: u16 = 8723;

/// The Graph API version in the path of `/me`. v25.0 of 2026-02-18 is served until 2028-07-29
/// (Graph API changelog, "Versions").
pub const API_VERSION: &str = "v25.0";

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A variable or flag has a value that cannot be used. It names no value, which might be a secret.
    #[error("{name} {problem}")]
    Value {
        /// The variable or flag.
        name: String,
        /// What is wrong with its value.
        problem: String,
    },
    /// Two settings that exclude each other.
    #[error("{0}")]
    Conflict(&'static str),
    /// There is no home folder to derive a folder from.
    #[error("there is no home folder")]
    NoHome,
    /// The configuration file.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A private file or folder.
    #[error(transparent)]
    File(#[from] PrivateFileError),
}

impl SettingsError {
    /// A value that cannot be used.
    pub fn value(name: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Value {
            name: name.into(),
            problem: problem.into(),
        }
    }
}

/// The settings of one run that do not depend on the command.
#[derive(Debug)]
pub struct Settings {
    /// Which Instagram: the real one or a stand-in.
    pub world: World,
    /// The instant the run began, and how to tell a later one.
    pub clock: Clock,
    /// Where files are.
    pub paths: Paths,
}

impl Settings {
    /// Reads what every command needs. `sandbox` is the flag of that name.
    pub fn new(sandbox: bool, clock: Clock) -> Result<Self, SettingsError> {
        let world = World::from_environment(sandbox)?;
        let paths = Paths::new(world.key());
        Ok(Self {
            world,
            clock,
            paths,
        })
    }

    /// The Graph API version: `IGCONNECT_API_VERSION` or [`API_VERSION`].
    pub fn api_version(&self) -> Result<String, SettingsError> {
        let Some(version) = environment::text("IGCONNECT_API_VERSION")? else {
            return Ok(API_VERSION.to_owned());
        };
        let number = version
            .strip_prefix('v')
            .and_then(|rest| rest.split_once('.'));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match number {
            Some((major, minor)) if digits(major) && digits(minor) => Ok(version),
            _ => Err(SettingsError::value(
                "IGCONNECT_API_VERSION",
                "is not a version such as v25.0",
            )),
        }
    }

    /// The configuration file, or an empty configuration where there is none.
    pub fn config(&self) -> Result<Config, SettingsError> {
        Ok(Config::read(&self.paths.config_file()?)?)
    }
}
