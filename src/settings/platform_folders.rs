//! igconnect's folders on each system, and where earlier versions had them. A pure function of the system's own folders.

use std::ffi::OsStr;
use std::path::PathBuf;

use etcetera::BaseStrategy;

use super::paths::DATA;
use crate::account::Platform;

/// None of these folders needs to exist.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PlatformFolders {
    pub(super) config: PathBuf,
    pub(super) data: PathBuf,
    pub(super) old: Option<OldFolder>,
}

/// A folder of an earlier version.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct OldFolder {
    pub(crate) from: PathBuf,
    pub(crate) to: PathBuf,
    /// Whether the configuration is moved, or all but that.
    pub(crate) has_config: bool,
}

impl PlatformFolders {
    pub(super) fn new(platform: Platform, system: &impl BaseStrategy) -> Self {
        let [config, data, cache] = [system.config_dir(), system.data_dir(), system.cache_dir()]
            .map(|it| it.join("igconnect"));
        match platform {
            Platform::Linux => Self {
                config,
                data,
                old: None,
            },
            // Apple keeps ~/Library/Preferences for property lists (File System Programming Guide, "The Library
            // Directory Stores App-Specific Files").
            Platform::MacOs => Self {
                config: data.clone(),
                data: data.clone(),
                old: Some(OldFolder {
                    from: config,
                    to: data,
                    has_config: true,
                }),
            },
            // A domain copies %APPDATA% to every machine of its user: right for settings, and wrong for a database and
            // locks (Microsoft, "KNOWNFOLDERID"). The cache folder of `etcetera` is %LOCALAPPDATA%.
            Platform::Windows => Self {
                config,
                data: cache.clone(),
                old: Some(OldFolder {
                    from: data,
                    to: cache,
                    has_config: false,
                }),
            },
        }
    }
}

impl OldFolder {
    /// Whether the file or folder is moved. Beside the configuration are files that it names, such as a key.
    pub(crate) fn is_moved(&self, name: &OsStr) -> bool {
        let data = |name: &str| DATA.contains(&name) || name.contains(".sqlite");
        self.has_config || name.to_str().is_some_and(data)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use etcetera::base_strategy::{Apple, Windows, Xdg};

    use super::*;

    #[test]
    fn each_system_has_its_own_folders() {
        let apple = PlatformFolders::new(Platform::MacOs, &Apple::new().unwrap());
        let library = |name: &str| etcetera::home_dir().unwrap().join("Library").join(name);
        let support = library("Application Support").join("igconnect");
        assert_eq!((&apple.config, &apple.data), (&support, &support));
        let old = apple.old.unwrap();
        let preferences = library("Preferences").join("igconnect");
        assert_eq!((old.from, old.to), (preferences, support));

        let system = Windows::new().unwrap();
        let windows = PlatformFolders::new(Platform::Windows, &system);
        let (roaming, local) = (
            system.data_dir().join("igconnect"),
            system.cache_dir().join("igconnect"),
        );
        assert_ne!(roaming, local);
        assert_eq!((&windows.config, &windows.data), (&roaming, &local));
        let old = windows.old.unwrap();
        assert_eq!((old.from, old.to), (roaming, local));

        let linux = PlatformFolders::new(Platform::Linux, &Xdg::new().unwrap());
        assert_eq!(linux.old, None);
        assert!(linux.data.ends_with(Path::new("igconnect")));
    }

    #[test]
    fn windows_moves_data_and_keeps_settings() {
        let windows = PlatformFolders::new(Platform::Windows, &Windows::new().unwrap());
        let is_moved = |name: &str| windows.old.as_ref().unwrap().is_moved(name.as_ref());
        for name in [
            "igconnect.sqlite-journal",
            "igconnect.sqlite.corrupt-17",
            "worlds",
            "home",
        ] {
            assert!(is_moved(name), "{name}");
        }
        for name in ["config.toml", "seal.key", "locks"] {
            assert!(!is_moved(name), "{name}");
        }
    }
}
