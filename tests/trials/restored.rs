//! A store that was restored from before a refresh.

use crate::harness::World;
use crate::harness::files::Files;

#[test]
fn an_older_token_than_the_cache_knows_is_not_handed_out_before_instagram_has_judged_it() {
    for sealed in [false, true] {
        let world = World::new();
        let folder = world.sandbox_folder();
        let place = if sealed {
            world.set_env("IGCONNECT_STORE", "sealed");
            world.set_env(
                "IGCONNECT_SEAL_KEY_FILE",
                world.given("key", "ab".repeat(32)),
            );
            folder.clone()
        } else {
            world.plain_folder()
        };
        world.connect_in("backdated");
        let backup = Files::of(&place);
        let _ = world.sandbox(&["refresh"]).run().assert_code(0);
        let database = std::fs::read(world.database()).unwrap();
        backup.put_back(&place);
        std::fs::write(world.database(), database).unwrap();

        for command in [&["token"][..], &["run", "--", "true"]] {
            let world = world.copy();
            if sealed {
                world.set_env(
                    "IGCONNECT_SEAL_KEY_FILE",
                    world.given("key", "ab".repeat(32)),
                );
            }
            let output = world.sandbox(command).run().assert_fails(3);
            assert_eq!(output.stdout(), "");
            let _ = output.assert_says("older token than the cache knows");
            let status = world.sandbox(&["status", "--json"]).run().assert_code(3);
            assert_eq!(status.json()["accounts"][0]["state"], "unverified");
            // Instagram accepts it, so it is the token from now on.
            let _ = world
                .sandbox(command)
                .prints_a_secret()
                .run()
                .assert_code(0);
            let _ = world.sandbox(&["status"]).run().assert_code(0);
        }
    }
}
