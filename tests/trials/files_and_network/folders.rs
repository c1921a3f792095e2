//! The way to the data folder belongs to this user and root: no one else leads a file elsewhere.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown, symlink};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::harness::mode;
use crate::harness::process::{Run, Running};
use crate::harness::{World, need};

const OTHER: u32 = 65534;

/// Commands that create a data folder, in the sandbox and for the real Instagram.
const CREATING: [&[&str]; 2] = [&["--sandbox", "login", "--begin"], &["certificate"]];

fn set_mode(path: &Path, mode: u32) {
    mode::set(path, mode);
}

fn made(path: PathBuf, mode: u32) -> PathBuf {
    fs::create_dir(&path).unwrap();
    set_mode(&path, mode);
    path
}

fn give_away(path: &Path) {
    std::os::unix::fs::lchown(path, Some(OTHER), Some(OTHER)).unwrap();
}

fn with_data(world: &World, command: &[&str], data: &Path) -> Run {
    let run = world.command(command).env("IGCONNECT_DATA_DIR", data);
    run.env("IGCONNECT_REDIRECT_URI", "https://localhost:8723/callback")
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

#[test]
fn a_way_that_another_user_can_change_is_refused() {
    let is_root = rustix::process::geteuid().is_root();
    let world = World::new();
    let root = world.root().to_owned();
    let victim = made(root.join("victim"), 0o755);
    let open = made(root.join("open"), 0o777);
    let group = made(root.join("group"), 0o775);
    let inside = made(open.join("inside"), 0o700);
    let mut ways = vec![
        (open.clone(), "other users"),
        (open.join("new"), "other users can write it"),
        (open.join("new/deeper"), "other users can write it"),
        (inside.clone(), "other users can write it"),
        (inside.join("new"), "other users can write it"),
    ];
    if is_root {
        let foreign = made(root.join("foreign"), 0o755);
        give_away(&foreign);
        chown(&group, None, Some(12345)).unwrap();
        let shared = made(root.join("shared"), 0o1777);
        let link = shared.join("link");
        symlink(&victim, &link).unwrap();
        give_away(&link);
        ways.push((foreign.join("new"), "it belongs to another user"));
        ways.push((group.join("new"), "other users can write it"));
        ways.push((link.join("new"), "it is a symbolic link"));
        ways.push((link.join("new/deeper"), "it is a symbolic link"));
    }
    for command in CREATING {
        for (way, words) in &ways {
            let output = with_data(&world, command, way).run().assert_fails(7);
            let _ = output.assert_says(words);
            assert!(is_empty(&victim), "{way:?}");
        }
    }
    let mut left = fs::read_dir(&open).unwrap();
    assert!(left.all(|entry| entry.unwrap().path() == inside) && is_empty(&inside));
    let doctor = with_data(&world, &["doctor"], &inside).run().assert_code(7);
    doctor.assert_prints("other users can write it");
}

#[test]
fn links_and_shared_folders_of_root_and_this_user_lead_to_the_data() {
    let world = World::new();
    let root = world.root().to_owned();
    let real = made(root.join("real"), 0o755);
    let _ = made(real.join("inner"), 0o755);
    symlink(&real, root.join("absolute")).unwrap();
    symlink("real/inner/../inner", root.join("relative")).unwrap();
    symlink("absolute", root.join("twice")).unwrap();
    let sticky = made(root.join("sticky"), 0o1777);
    // As with a umask of 002, where each user has a group of the same number.
    let _ = made(root.join("group"), 0o2775);
    let searched = made(root.join("searched"), 0o711);
    for (number, way) in [
        root.join("absolute/data"),
        root.join("relative/data"),
        root.join("twice/inner/../other"),
        root.join("twice/./new/deeper"),
        sticky.join("data"),
        root.join("group/data"),
        searched.join("data"),
    ]
    .into_iter()
    .enumerate()
    {
        for command in CREATING {
            let _ = with_data(&world, command, &way).run().assert_code(0);
        }
        let data = way.metadata().unwrap();
        assert_eq!(data.mode() & 0o777, 0o700, "{way:?}");
        assert_eq!(fs::read_dir(&way).unwrap().count(), 2, "{number} {way:?}");
        let list = with_data(&world, &["--sandbox", "list"], &way);
        let _ = list.run().assert_code(0);
    }
    let relative = with_data(&world, CREATING[1], Path::new("new/data"));
    let _ = relative.folder(&real).run().assert_code(0);
    assert!(real.join("new/data/certificate").is_dir());
}

/// Another user, who makes `place` a folder and a link to `target` in turn.
fn swapper(world: &World, place: &Path, target: &Path) -> Running {
    const SWAP: &str = "import os, sys
place, target = sys.argv[1:]
print('ready', flush=True)
while True:
    for make in (lambda: os.mkdir(place), lambda: os.symlink(target, place)):
        try: make()
        except OSError: pass
        for unmake in (os.rmdir, os.unlink):
            try: unmake(place)
            except OSError: pass
";
    let other = OTHER.to_string();
    let identity = ["--reuid", &other, "--regid", &other, "--clear-groups"];
    let paths = [place, target].map(|path| path.to_str().unwrap());
    let program = [&identity[..], &["python3", "-c", SWAP], &paths].concat();
    let mut swapper = world.program("setpriv", &program).spawn();
    swapper.stdout_line("that it swaps", |line| line == "ready");
    swapper
}

#[test]
fn another_user_who_swaps_links_leads_nothing_elsewhere() {
    if !need("second-user") {
        return;
    }
    let world = World::new();
    let victim = made(world.folder("HOME").join("victim"), 0o755);
    // Where the other user may be too.
    let shared = TempDir::with_prefix("igc-shared-").unwrap();
    set_mode(shared.path(), 0o1777);
    let place = shared.path().join("place");
    let _swapper = swapper(&world, &place, &victim);
    for number in 0..60 {
        let data = place.join(format!("data{number}"));
        let output = with_data(&world, CREATING[1], &data).run();
        assert!([0, 7].contains(&output.code()), "{}", output.report());
        assert!(is_empty(&victim), "{}", output.report());
        if output.code() == 0 {
            // The place is ours from now on, so the other user cannot swap it any more.
            assert_eq!(place.symlink_metadata().unwrap().uid(), 0);
            fs::remove_dir_all(&place).unwrap();
        }
    }
}

/// In a container of a user, root has no number and is shown as 65534.
#[test]
fn a_container_without_root_has_a_way_too() {
    if !need("second-user") || !need("namespaces") {
        return;
    }
    const USER: &str = "12345";
    let world = World::new();
    let home = TempDir::with_prefix("igc-home-").unwrap();
    chown(home.path(), Some(12345), Some(12345)).unwrap();
    let data = home.path().join("new/data");
    let program = home.path().join("igconnect");
    fs::copy(world.binary(), &program).unwrap();
    let outside = ["--reuid", USER, "--regid", USER, "--clear-groups"];
    let inside = ["unshare", "--user", "--map-current-user"];
    let command = [program.to_str().unwrap(), "certificate"];
    let line = [&outside[..], &inside, &command].concat();
    let run = world
        .program("setpriv", &line)
        .env("IGCONNECT_DATA_DIR", &data);
    let run = run.env("HOME", home.path()).env("TMPDIR", "/tmp");
    let run = run.env("XDG_CONFIG_HOME", home.path()).folder(home.path());
    let _ = run.run().assert_code(0);
    assert!(data.join("certificate").is_dir());
}

/// Some images were made by another user than root, and some have a /tmp of another user.
#[test]
fn a_root_and_a_temporary_folder_of_another_owner_are_used() {
    if !need("second-user") || !need("namespaces") {
        return;
    }
    const SHARED: &str =
        "mount -t tmpfs -o mode=1777,uid=12345 none /mnt && exec \"$0\" certificate";
    const ROOT: &str = "mount -t tmpfs -o mode=755,uid=12345 none /mnt && cp \"$0\" /mnt/igconnect &&
        for part in usr lib lib64 bin; do
            if [ -L /$part ]; then cp -P /$part /mnt/; elif [ -d /$part ]; then
                mkdir /mnt/$part && mount --rbind /$part /mnt/$part; fi; done &&
        mkdir /mnt/opt /mnt/proc && chown 12345 /mnt/opt && exec chroot /mnt /igconnect certificate";
    let world = World::new();
    for (script, data) in [(SHARED, "/mnt/new/data"), (ROOT, "/opt/new/data")] {
        let program = world.binary().to_str().unwrap();
        let command = ["--mount", "sh", "-c", script, program];
        let run = world
            .program("unshare", &command)
            .env("IGCONNECT_DATA_DIR", data);
        let output = run.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").run();
        let _ = output.assert_code(0);
    }
}
