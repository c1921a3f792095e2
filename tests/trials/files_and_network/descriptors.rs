//! Few files may be open.

use crate::harness::World;

#[test]
fn a_low_limit_of_open_files_is_a_sentence_and_never_a_panic() {
    let world = World::new();
    world.connect();
    let program = world.binary().to_str().unwrap().to_owned();
    for limit in (8..=48).step_by(4) {
        for line in [
            "status",
            "list",
            "token",
            "refresh --force",
            "status --verify",
            "login --port 0 --quiet",
            "doctor",
        ] {
            let script = format!("ulimit -n {limit} && exec {program} --sandbox {line}");
            let output = world
                .program("sh", &["-c", &script])
                .prints_a_secret()
                .run();
            let said = format!("{}{}", output.stdout(), output.stderr());
            assert!(
                !said.contains("bug in igconnect"),
                "{limit}: {}",
                output.report()
            );
            assert!(!said.contains("/registry/"), "{limit}: {}", output.report());
            let is_told =
                said.contains("too many") || said.contains("too young") || output.code() == 0;
            assert!(is_told, "{limit}: {}", output.report());
            assert!(
                [0, 7].contains(&output.code()),
                "{limit}: {}",
                output.report()
            );
        }
    }
}
