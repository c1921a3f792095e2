//! The command in a hint works when pasted, in the sandbox too.

use crate::harness::World;

/// The commands that do something else in the sandbox.
const OF_A_WORLD: &str = "login app disconnect status list history token run refresh use schedule doctor store certificate";

/// The commands that only print texts.
const OF_ALL_WORLDS: &str = "help explain sandbox schema completions man";

fn has(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

fn verb<'a>(command: &[&'a str]) -> &'a str {
    let mut words = command.iter().filter(|word| !word.starts_with('-'));
    words.next().copied().unwrap_or_default()
}

/// The commands in a message: from `igconnect` to the end of the clause.
fn commands_in(text: &str) -> Vec<Vec<&str>> {
    let clauses = text.split("igconnect ").skip(1);
    let clauses =
        clauses.filter_map(|after| after.split(['\n', ',', ';', '(', ')', '"', '?']).next());
    let words = clauses.map(|clause| {
        let clause = clause.split(". ").next().unwrap_or_default();
        let words = clause.split_whitespace();
        let words = words.take_while(|word| !["or", "and", "then", "runs", "every"].contains(word));
        words.collect::<Vec<_>>()
    });
    let all = format!("{OF_A_WORLD} {OF_ALL_WORLDS}");
    words.filter(|command| has(&all, verb(command))).collect()
}

/// Pastes a command. One that asks, opens a browser or installs is only parsed.
fn paste(world: &World, command: &[&str], failing: &str) {
    let verb = verb(command);
    let is_sandboxed = command.first() == Some(&"--sandbox");
    assert_eq!(
        is_sandboxed,
        has(OF_A_WORLD, verb),
        "{failing}: {command:?}"
    );
    let help: &[&str] = match has("status list refresh help doctor", verb) {
        true => &[],
        false => &["--help"],
    };
    let output = world.command(&[command, help].concat()).run();
    assert_ne!(output.code(), 2, "{failing}: {}", output.report());
}

#[test]
fn a_command_in_a_hint_of_the_sandbox_works_when_pasted() {
    let world = World::new();
    let mut pasted = 0;
    let mut fail = |line: &[&str]| {
        let failing = line.join(" ");
        let output = world.sandbox(line).run();
        assert_ne!(output.code(), 0, "{}", output.report());
        for command in commands_in(output.stderr()) {
            paste(&world, &command, &failing);
            pasted += 1;
        }
        let output = world.sandbox(&[&["--json"], line].concat()).run();
        let hint = output.json()["error"]["hint"].clone();
        for command in commands_in(hint.as_str().unwrap_or_default()) {
            paste(&world, &command, &failing);
        }
    };
    for line in [
        &["status"][..],
        &["token"],
        &["run", "--", "true"],
        &["refresh"],
        &["disconnect", "--yes"],
        &["use", "@shop"],
        &["app", "check", "shop"],
        &["login", "--app", "shop"],
        &["login", "--scenario", "nonsense", "--port", "0"],
        &["login", "--scenario", "denies", "--port", "0"],
        &["login", "--scenario", "wrong-secret", "--port", "0"],
        &["login", "--scenario", "no-tester-role", "--port", "0"],
        &["login", "--finish"],
        &["help", "stroes"],
    ] {
        fail(line);
    }
    world.connect();
    world.database().expire_in(-60);
    for line in [
        &["token"][..],
        &["refresh"],
        &["status"],
        &["status", "@wreckshop.record"],
    ] {
        fail(line);
    }
    world.lose_secrets();
    fail(&["refresh"]);
    assert!(pasted > 15, "{pasted} commands in hints");
}

#[test]
fn what_the_sandbox_answers_names_commands_of_the_sandbox() {
    let world = World::new();
    for line in [
        &["list"][..],
        &["app", "list"],
        &["history", "--all"],
        &["doctor"],
        &["schedule", "status"],
    ] {
        let output = world.sandbox(line).run();
        for command in commands_in(&format!("{}\n{}", output.stdout(), output.stderr())) {
            paste(&world, &command, &line.join(" "));
        }
    }
    world.connect();
    let login = world
        .sandbox(&["login", "--port", "0"])
        .run()
        .assert_code(0);
    for command in commands_in(login.stderr()) {
        paste(&world, &command, "login");
    }
}
