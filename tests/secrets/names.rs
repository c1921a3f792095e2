//! Hostile names are harmless on a terminal.

use crate::harness::World;

#[test]
fn hostile_names_cannot_take_over_a_terminal_or_a_line() {
    let world = World::new();
    world.connect();
    world.rename_all(
        "\u{1b}[31mred\u{1b}]0;title\u{7}\r\n\t\u{8}\u{7f}\u{9b}2J\u{202e}rtl\u{200b}\u{2028}\u{feff}::error::x",
    );
    world
        .database()
        .change(|account| account.scopes = "instagram_business_basic".into());
    for command in [
        &["status"][..],
        &["list"],
        &["refresh", "--dry-run", "--all"],
        &["disconnect"],
        &["use", "17841400000000017"],
        &["status", "--json"],
        &["list", "--json"],
        &["disconnect", "--yes"],
    ] {
        let output = world.sandbox(command).run();
        for text in [output.stdout(), output.stderr()] {
            let deceiving = |c: char| {
                (c.is_control() && c != '\n' && c != '\t')
                    || "\u{202e}\u{200b}\u{2028}\u{feff}".contains(c)
            };
            assert!(!text.contains(deceiving), "{command:?}: {text:?}");
            assert!(
                !text.lines().any(|line| line.starts_with("::")),
                "a command to a CI\n{text}"
            );
        }
        match command {
            ["list"] => assert_eq!(output.stdout().lines().count(), 1),
            [.., "--json"] => drop(output.json()),
            _ => {}
        }
    }
}
