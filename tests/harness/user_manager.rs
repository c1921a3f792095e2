//! systemd's user manager, for one world alone: its units are the world's, its control group its own. It opens no
//! socket of the machine's, such as that of a bus that would start a keyring.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::Signal;

use super::process::Running;
use super::{World, need, until};

/// In a mount namespace, where systemd believes that the machine was started by it, and in a control group below all
/// others, since it claims every process beside itself.
const START: &str = r#"
set -e
for hierarchy in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do
    if [ -w "$hierarchy/cgroup.procs" ]; then
        mkdir "$hierarchy/$0"
        echo $$ > "$hierarchy/$0/cgroup.procs"
    fi
done
for sockets in /usr/lib/systemd/user/sockets.target.wants /etc/systemd/user/sockets.target.wants; do
    if [ -d "$sockets" ]; then mount -t tmpfs none "$sockets"; fi
done
mount -t tmpfs none /run
mkdir -p /run/systemd/system
exec /lib/systemd/systemd --user
"#;

pub struct UserManager {
    running: Option<Running>,
    group: String,
}

impl UserManager {
    /// Starts one and waits until it answers. `None` where this machine may do without (`need("user-manager")`).
    #[track_caller]
    pub fn start(world: &World) -> Option<Self> {
        if !need("user-manager") {
            return None;
        }
        let folder = world.folder("XDG_RUNTIME_DIR");
        let group = world
            .root()
            .file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        let running = world
            .program("unshare", &["--mount", "sh", "-c", START, &group])
            .timeout(Duration::from_secs(600))
            .spawn();
        let socket = folder.join("systemd/private");
        until("the user manager", || socket.exists().then_some(()));
        Some(Self {
            running: Some(running),
            group,
        })
    }
}

impl Drop for UserManager {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.signal(Signal::TERM);
            let _ = running.finish();
        }
        for hierarchy in ["systemd", "unified", ""] {
            remove_groups(
                &Path::new("/sys/fs/cgroup")
                    .join(hierarchy)
                    .join(&self.group),
            );
        }
    }
}

/// A control group is a folder that goes only when those in it are gone.
fn remove_groups(folder: &Path) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir());
    for inner in folders.collect::<Vec<PathBuf>>() {
        remove_groups(&inner);
    }
    let _ = std::fs::remove_dir(folder);
}
