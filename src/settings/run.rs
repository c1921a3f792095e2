//! The settings of one run that do not depend on the command.

use super::clock::Clock;
use super::config::Config;
use super::environment;
use super::error::SettingsError;
use super::paths::Paths;
use super::world::World;

/// The Graph API version in the path of `/me`. v25.0 of 2026-02-18 is served until 2028-07-29
/// (Graph API changelog, "Versions").
const API_VERSION: &str = "v25.0";

#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) world: World,
    pub(crate) clock: Clock,
    pub(crate) paths: Paths,
}

impl Settings {
    /// `sandbox` is the flag `--sandbox`.
    pub(crate) fn new(sandbox: bool, clock: Clock) -> Result<Self, SettingsError> {
        let world = World::from_environment(sandbox)?;
        let paths = Paths { world: world.key() };
        Ok(Self {
            world,
            clock,
            paths,
        })
    }

    /// Returns `IGCONNECT_API_VERSION`, or the default version.
    pub(crate) fn api_version(&self) -> Result<String, SettingsError> {
        let Some(version) = environment::text("IGCONNECT_API_VERSION")? else {
            return Ok(API_VERSION.to_owned());
        };
        let number = version.strip_prefix('v').and_then(|it| it.split_once('.'));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        // It becomes a part of a path, so nothing else may be in it.
        match number {
            Some((major, minor)) if is_number(major) && is_number(minor) => Ok(version),
            _ => {
                let problem = "is not a version such as v25.0";
                Err(SettingsError::value("IGCONNECT_API_VERSION", problem))
            }
        }
    }

    /// Reads the configuration file. A missing file is an empty configuration.
    pub(crate) fn config(&self) -> Result<Config, SettingsError> {
        Config::read(&self.paths.config_file()?)
    }
}
