//! What real shells complete when keys are typed.

use super::typist::{offered, rename, typed, typed_except, world};

#[test]
fn a_command_is_completed_in_every_shell() {
    typed(&world(), r"igconnect lo\t", "RAN<login>");
}

#[test]
fn the_cached_account_is_completed_in_every_shell() {
    typed(
        &world(),
        r"igconnect status \t",
        "RAN<status><wreckshop.records>",
    );
}

/// What its script asks and reads: no PowerShell is at hand to type in.
#[test]
fn powershell_is_offered_the_same_names() {
    let world = world();
    let said = |words: &[&str]| {
        let run = world.command(&[&["--", "igconnect"], words].concat());
        let run = run.env("_IGCONNECT_COMPLETE", "powershell");
        run.run().assert_code(0).stdout().to_owned()
    };
    let lines = said(&["status", "wr"]);
    let line = lines.lines().next().unwrap();
    assert_eq!(line.split('\t').next(), Some("wreckshop.records"));
    assert!(said(&["lo"]).starts_with("login\t"));
    // It splits a line at its tab and takes no more than two parts.
    let parts = |line: &str| line.matches('\t').count();
    let help = said(&["status", ""]);
    assert!(help.lines().all(|line| parts(line) <= 1), "{help}");
    rename(&world, "$(calc)", Some("`calc`"));
    assert!(said(&["status", "17"]).starts_with("17841400000000017"));
    assert!(!said(&["status", ""]).contains("calc"));
}

#[test]
fn a_username_behind_an_at_and_a_value_behind_an_equals_sign_are_completed() {
    let world = world();
    typed(
        &world,
        r"igconnect status @wr\t",
        "RAN<status><@wreckshop.records>",
    );
    // Elvish quotes a word with '=', and so asks before it changes what was typed; Nushell takes it for no value.
    typed_except(
        &["elvish", "nushell"],
        &world,
        r"igconnect list --account=wr\t",
        "RAN<list><--account=wreckshop.records>",
    );
}

#[test]
fn the_value_of_a_flag_is_completed_in_every_shell() {
    typed(
        &world(),
        r"igconnect list --account wr\t",
        "RAN<list><--account><wreckshop.records>",
    );
}

#[test]
fn a_name_that_a_shell_would_obey_is_offered_by_its_id() {
    let world = world();
    let trace = world.folder("HOME").join("trace");
    for name in [
        format!("$(touch {})", trace.display()),
        format!("`touch {}`", trace.display()),
        format!("a;touch {};", trace.display()),
        "*".to_owned(),
        "-rf".to_owned(),
        "a\tb".to_owned(),
        "\u{1b}]0;x\u{7}".to_owned(),
    ] {
        rename(&world, &name, Some(&format!("{name}2")));
        assert_eq!(
            offered(&world, &["status", ""]),
            ["17841400000000017"],
            "{name}"
        );
        assert_eq!(offered(&world, &["status", "@"]).len(), 0, "{name}");
    }
    rename(&world, &format!("$(touch {})", trace.display()), None);
    typed(
        &world,
        r"igconnect status \t",
        "RAN<status><17841400000000017>",
    );
    assert!(!trace.exists());
}
