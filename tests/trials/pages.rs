//! The pages of a login, its certificate and the daily refresh.

use crate::harness::World;

#[test]
fn what_is_printed_before_an_installation_is_what_is_printed_the_next_time() {
    let world = World::new();
    for with in ["cron", "systemd"] {
        let line = ["schedule", "install", "--print", "--json", "--with", with];
        let [first, second] = [(); 2].map(|()| world.sandbox(&line).run().assert_code(0).json());
        assert_eq!(first, second);
    }
}
