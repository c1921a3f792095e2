//! Hostile names are harmless on a terminal.

use crate::harness::World;

#[test]
fn hostile_names_cannot_take_over_a_terminal_or_a_line() {
    let world = World::new();
    if !crate::harness::need("sqlite3") {
        return;
    }
    world.connect();
    let hostile = "char(27) || '[31mred' || char(27) || ']0;title' || char(7) || char(13, 10, 9, 8, 127, 155) || '2J' || char(8238) || 'rtl' || char(8203, 8232, 65279) || '::error::x'";
    world.sql(&format!(
        "UPDATE account SET username = {hostile}, app = {hostile}, scopes = 'instagram_business_basic';
         UPDATE profile SET name = {hostile}, biography = {hostile}, website = {hostile}, account_type = {hostile}"
    ));
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
