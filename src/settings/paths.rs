//! Where files are: in the folders of the platform, with a subfolder for each world but the real Instagram.

use std::path::PathBuf;

use etcetera::BaseStrategy;

use super::environment;
use super::error::SettingsError;
use super::platform_folders::{OldFolder, PlatformFolders};
use crate::account::Platform;

const DATABASE: &str = "igconnect.sqlite";
const SEALED: &str = "sealed.sqlite";
const CERTIFICATE: &str = "certificate";
const HOME: &str = "home";
const SECRETS: &str = "secrets";
const WORLDS: &str = "worlds";
const CONFIG: &str = "config.toml";

/// What a data folder has beside databases and locks. The schedule's names are those of `SavedState`.
pub(super) const DATA: [&str; 6] = [
    CERTIFICATE,
    HOME,
    SECRETS,
    WORLDS,
    "schedule.json",
    "schedule-last-run.json",
];

/// The files of one world. Nothing is created here.
#[derive(Debug)]
pub(crate) struct Paths {
    /// The key of a test world.
    pub(super) world: Option<String>,
}

impl Paths {
    /// Returns the folder of all data of this world.
    pub(crate) fn data_dir(&self) -> Result<PathBuf, SettingsError> {
        let root = match environment::path("IGCONNECT_DATA_DIR") {
            Some(dir) => dir,
            None => platform()?.data,
        };
        Ok(match &self.world {
            Some(world) => root.join(WORLDS).join(world),
            None => root,
        })
    }

    /// Returns the configuration file. That of a test world is in its data folder.
    pub(crate) fn config_file(&self) -> Result<PathBuf, SettingsError> {
        match (environment::path("IGCONNECT_CONFIG"), &self.world) {
            // A test must never change the apps of the real Instagram.
            (_, Some(_)) => Ok(self.data_dir()?.join(CONFIG)),
            (Some(file), None) => Ok(file),
            (None, None) => {
                let folders = platform()?;
                let file = folders.config.join(CONFIG);
                // A link is not moved: it may be relative, and belongs to a repository of dotfiles.
                let old = folders.old.filter(|old| old.has_config);
                let old = old.map(|old| old.from.join(CONFIG));
                Ok(old
                    .filter(|old| old.is_symlink() && !file.exists())
                    .unwrap_or(file))
            }
        }
    }

    /// Resolves a path in the configuration relative to the folder of its file.
    pub(crate) fn beside_config_file(
        &self,
        path: Option<PathBuf>,
    ) -> Result<Option<PathBuf>, SettingsError> {
        let configuration = self.config_file()?;
        Ok(path.map(|path| configuration.with_file_name(environment::in_home(path))))
    }

    /// Returns the folder of an earlier version, unless a variable says where the files are.
    pub(crate) fn old_folder() -> Option<OldFolder> {
        let old = platform().ok()?.old?;
        let variable = match old.has_config {
            true => "IGCONNECT_CONFIG",
            false => "IGCONNECT_DATA_DIR",
        };
        environment::raw(variable).is_none().then_some(old)
    }

    pub(crate) fn database(&self) -> Result<PathBuf, SettingsError> {
        Ok(self.data_dir()?.join(DATABASE))
    }

    pub(crate) fn locks(&self) -> Result<PathBuf, SettingsError> {
        Ok(self.data_dir()?.join("locks"))
    }

    /// Returns the file with the name of this home among all that share a store.
    pub(crate) fn home_name(&self) -> Result<PathBuf, SettingsError> {
        Ok(self.data_dir()?.join(HOME))
    }

    /// Returns the folder of the listener's certificate. All worlds share it, so that it is trusted once.
    pub(crate) fn certificate(&self) -> Result<PathBuf, SettingsError> {
        Ok(Self { world: None }.data_dir()?.join(CERTIFICATE))
    }

    pub(crate) fn sealed(&self) -> Result<PathBuf, SettingsError> {
        Ok(self.data_dir()?.join(SEALED))
    }

    /// Returns the folder of a test world's secrets without a keyring.
    pub(crate) fn secrets(&self) -> Result<PathBuf, SettingsError> {
        Ok(self.data_dir()?.join(SECRETS))
    }
}

/// Returns the folder of the user's systemd units: systemd.unit(5), "User Unit Search Path".
pub(crate) fn systemd_units() -> Option<PathBuf> {
    let config = environment::path("XDG_CONFIG_HOME").or_else(|| in_home(".config"))?;
    Some(config.join("systemd").join("user"))
}

/// Returns the folder where systemd's user manager records the last run of each timer: systemd.timer(5),
/// "Persistent="; the name is in systemd's `timer_setup_persistent`.
pub(crate) fn systemd_stamps() -> Option<PathBuf> {
    let data = environment::path("XDG_DATA_HOME").or_else(|| in_home(".local/share"))?;
    Some(data.join("systemd").join("timers"))
}

/// Returns the folder of the user's launchd agents: launchd(8), "Files".
pub(crate) fn launch_agents() -> Option<PathBuf> {
    in_home("Library/LaunchAgents")
}

/// Where shells look for their own files.
pub(crate) struct ShellFolders {
    pub(crate) home: PathBuf,
    pub(crate) config: PathBuf,
    pub(crate) data: PathBuf,
    /// The folder of zsh's start-up files: zshall(1), "Startup/Shutdown Files".
    pub(crate) zsh: PathBuf,
}

impl ShellFolders {
    pub(crate) fn find() -> Result<Self, SettingsError> {
        // Shells use the folders of XDG on macOS too.
        let system = etcetera::choose_base_strategy().map_err(|_| SettingsError::NoHome)?;
        let home = system.home_dir().to_path_buf();
        Ok(Self {
            config: system.config_dir(),
            data: system.data_dir(),
            zsh: environment::path("ZDOTDIR").unwrap_or_else(|| home.clone()),
            home,
        })
    }
}

fn in_home(name: &str) -> Option<PathBuf> {
    Some(environment::home()?.join(name))
}

fn platform() -> Result<PlatformFolders, SettingsError> {
    let system = etcetera::base_strategy::choose_native_strategy();
    let system = system.map_err(|_| SettingsError::NoHome)?;
    Ok(PlatformFolders::new(Platform::HERE, &system))
}
