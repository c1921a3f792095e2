//! Where files are: the platform's own folders, one subfolder for each world that is not the real Instagram.

use std::path::PathBuf;

use etcetera::BaseStrategy;

use super::{SettingsError, environment};

/// The places of one world. Nothing is created here.
#[derive(Debug)]
pub struct Paths {
    world: Option<String>,
}

impl Paths {
    pub(super) fn new(world: Option<String>) -> Self {
        Self { world }
    }

    /// The folder of everything this program keeps in this world.
    pub fn data_dir(&self) -> Result<PathBuf, SettingsError> {
        let root = match environment::path("IGCONNECT_DATA_DIR") {
            Some(dir) => dir,
            None => platform()?.data_dir().join("igconnect"),
        };
        Ok(match &self.world {
            Some(world) => root.join("worlds").join(world),
            None => root,
        })
    }

    /// The configuration file. A stand-in's lies with its data, so that nothing real is mixed in.
    pub fn config_file(&self) -> Result<PathBuf, SettingsError> {
        match (environment::path("IGCONNECT_CONFIG"), &self.world) {
            (_, Some(_)) => Ok(self.data_dir()?.join("config.toml")),
            (Some(file), None) => Ok(file),
            (None, None) => Ok(platform()?
                .config_dir()
                .join("igconnect")
                .join("config.toml")),
        }
    }

    /// Resolves a path of the configuration, which counts from the folder of its file.
    pub(crate) fn beside_config_file(
        &self,
        path: Option<PathBuf>,
    ) -> Result<Option<PathBuf>, SettingsError> {
        let configuration = self.config_file()?;
        Ok(path.map(|path| configuration.with_file_name(path)))
    }

    /// The cache.
    pub fn database(&self) -> Result<PathBuf, SettingsError> {
        Ok(self.data_dir()?.join("igconnect.sqlite"))
    }

    /// The folder of the lock files.
    pub fn locks(&self) -> Result<PathBuf, SettingsError> {
        Ok(self.data_dir()?.join("locks"))
    }

    /// What this home calls itself among all that share a store.
    pub fn home_name(&self) -> Result<PathBuf, SettingsError> {
        Ok(self.data_dir()?.join("home"))
    }

    /// The folder of the listener's certificate. One certificate serves every world: it is trusted once.
    pub fn certificate(&self) -> Result<PathBuf, SettingsError> {
        Ok(Self { world: None }.data_dir()?.join("certificate"))
    }

    /// The sealed file of this world's secrets.
    pub fn sealed(&self) -> Result<PathBuf, SettingsError> {
        Ok(self.data_dir()?.join("sealed.sqlite"))
    }

    /// The folder of a stand-in's secrets, where there is no keyring.
    pub fn secrets(&self) -> Result<PathBuf, SettingsError> {
        Ok(self.data_dir()?.join("secrets"))
    }
}

/// The folder of the user's own systemd units: systemd.unit(5), "User Unit Search Path".
pub fn systemd_units() -> Option<PathBuf> {
    let config = environment::path("XDG_CONFIG_HOME").or_else(|| in_home(".config"))?;
    Some(config.join("systemd").join("user"))
}

/// The folder in which systemd's user manager stamps timers with the time of their last run: systemd.timer(5),
/// "Persistent="; the name is in systemd's `timer_setup_persistent`.
pub fn systemd_stamps() -> Option<PathBuf> {
    let data = environment::path("XDG_DATA_HOME").or_else(|| in_home(".local/share"))?;
    Some(data.join("systemd").join("timers"))
}

/// The folder of the user's own launchd agents: launchd(8), "Files".
pub fn launch_agents() -> Option<PathBuf> {
    in_home("Library/LaunchAgents")
}

fn in_home(name: &str) -> Option<PathBuf> {
    Some(environment::path("HOME")?.join(name))
}

fn platform() -> Result<impl BaseStrategy, SettingsError> {
    etcetera::base_strategy::choose_native_strategy().map_err(|_| SettingsError::NoHome)
}
