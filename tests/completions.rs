//! `completions`: the scripts in the real shells, typed at, and what they are told.

use std::path::Path;
use std::time::Duration;

use crate::harness::{World, installed, need};

/// The repository's own copy of the scripts.
fn script(name: &str) -> String {
    format!("{}/completions/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A world with the sandbox's account, in which `igconnect` is a program that says what it was called with, and asks
/// the real one only for completions.
fn world() -> World {
    let world = World::new();
    world.connect();
    world.set_env("IGCONNECT_SANDBOX", "1");
    let told = format!(
        "#!/bin/sh\n[ -z \"$_IGCONNECT_COMPLETE\" ] || exec {} \"$@\"\nprintf 'RAN'; printf '<%s>' \"$@\"; echo\n",
        world.binary().display()
    );
    world.script("igconnect", &told);
    world
}

fn rename(world: &World, username: &str, alias: Option<&str>) {
    let connection = rusqlite::Connection::open(world.database()).unwrap();
    let sql = "UPDATE account SET username = ?1, alias = ?2";
    connection.execute(sql, (username, alias)).unwrap();
}

/// What the program offers for these words.
fn offered(world: &World, words: &[&str]) -> Vec<String> {
    let mut run = world.command(&["--", "igconnect"]);
    for word in words {
        run = run.arg(*word);
    }
    let output = run.env("_IGCONNECT_COMPLETE", "bash").run().assert_code(0);
    assert_eq!(output.stderr(), "");
    let lines = output.stdout().lines();
    lines
        .map(|line| line.split('\t').next().unwrap().to_owned())
        .collect()
}

const TYPIST: &str = r#"
set timeout 40
log_user 1
match_max 100000
spawn -noecho {*}[lrange $argv 3 end]
stty rows 40 columns 200 < $spawn_out(slave,name)
# Nushell asks the terminal where the cursor is, and waits for the answer.
set asked "\033\\\[6n"
set answer "\033\[1;1R"
expect {
    "ready>" {}
    -re $asked { send $answer; exp_continue }
    default { puts "\nNO PROMPT"; exit 3 }
}
after 300
send -- [subst -nocommands -novariables [lindex $argv 0]]
# What is typed while Nushell waits for the cursor is lost: Enter comes when the word is there.
if {[lindex $argv 2] ne ""} {
    expect {
        -ex [lindex $argv 2] {}
        -re $asked { send $answer; exp_continue }
        default { puts "\nNOT COMPLETED: [lindex $argv 2]"; exit 4 }
    }
}
send "\r"
expect {
    -ex [lindex $argv 1] {}
    -re $asked { send $answer; exp_continue }
    default { puts "\nNOT SEEN: [lindex $argv 1]"; exit 4 }
}
"#;

struct Shell {
    part: &'static str,
    line: Vec<String>,
}

/// The five shells, each started as somebody who has no configuration but the script.
fn shells(world: &World) -> Vec<Shell> {
    let rc = |name: &str, text: String| world.given(name, text).display().to_string();
    let bash = rc(
        "bashrc",
        format!(
            "PS1='ready> '\nbind 'set enable-bracketed-paste off'\nsource {}\n",
            script("igconnect.bash")
        ),
    );
    let zsh = Path::new(&rc(".zshrc", format!(
        "PS1='ready> '\nunsetopt zle_bracketed_paste 2>/dev/null\nunset zle_bracketed_paste\nfpath=({} $fpath)\nautoload -Uz compinit\ncompinit -u -D\n",
        script("")
    ))).parent().unwrap().to_owned();
    let fish = format!(
        "function fish_prompt; echo -n 'ready> '; end; set -g fish_greeting; source {}",
        script("igconnect.fish")
    );
    let elvish = rc(
        "rc.elv",
        format!(
            "set edit:prompt = {{ put 'ready> ' }}\nset edit:rprompt = {{ }}\neval (slurp < {})\n",
            script("igconnect.elv")
        ),
    );
    let nushell = rc(
        "config.nu",
        format!(
            "$env.config.show_banner = false\n$env.PROMPT_COMMAND = {{|| 'ready> ' }}\n$env.PROMPT_COMMAND_RIGHT = {{|| '' }}\n$env.PROMPT_INDICATOR = ''\nuse {} *\n",
            script("igconnect.nu")
        ),
    );
    let nu = installed("nu").map_or_else(|| "nu".to_owned(), |path| path.display().to_string());
    let line = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    vec![
        Shell {
            part: "bash",
            line: line(&["bash", "--noprofile", "--rcfile", &bash, "-i"]),
        },
        Shell {
            part: "zsh",
            line: line(&[
                "env",
                &format!("ZDOTDIR={}", zsh.display()),
                "zsh",
                "-d",
                "-i",
            ]),
        },
        Shell {
            part: "fish",
            line: line(&["fish", "--private", "--no-config", "-i", "-C", &fish]),
        },
        Shell {
            part: "elvish",
            line: line(&["elvish", "-rc", &elvish]),
        },
        Shell {
            part: "nushell",
            line: line(&[&nu, "--no-history", "--no-std-lib", "--config", &nushell]),
        },
    ]
}

/// Types `keys` and Enter in each shell, and waits until `seen` stands on the terminal.
fn typed(world: &World, keys: &str, seen: &str) {
    typed_except(&[], world, keys, seen);
}

fn typed_except(others: &[&str], world: &World, keys: &str, seen: &str) {
    if !need("expect") {
        return;
    }
    let typist = world.given("typist.exp", TYPIST);
    for shell in shells(world)
        .iter()
        .filter(|shell| !others.contains(&shell.part))
    {
        if !need(shell.part) {
            continue;
        }
        let word = match shell.part {
            "nushell" => seen.trim_end_matches('>').rsplit('<').next().unwrap(),
            _ => "",
        };
        let mut run = world
            .program("expect", &["-f"])
            .arg(&typist)
            .arg(keys)
            .arg(seen)
            .arg(word);
        for word in &shell.line {
            run = run.arg(word);
        }
        let output = run
            .env("TERM", "xterm")
            .timeout(Duration::from_secs(90))
            .run();
        assert!(
            output.code() == 0,
            "{}: {keys:?}\n{}",
            shell.part,
            output.report()
        );
    }
}

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
fn powershell_is_told_the_same_names() {
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

#[test]
fn names_are_those_of_the_cache_the_configuration_and_the_sandbox() {
    let world = world();
    rename(&world, "wreckshop.records", Some("shop"));
    assert_eq!(
        offered(&world, &["status", ""]),
        ["shop", "wreckshop.records"]
    );
    assert_eq!(offered(&world, &["status", "sh"]), ["shop"]);
    assert_eq!(offered(&world, &["history", "sh"]), ["shop"]);
    assert_eq!(offered(&world, &["use", "@w"]), ["@wreckshop.records"]);
    assert_eq!(offered(&world, &["refresh", "178"]), ["17841400000000017"]);
    assert_eq!(offered(&world, &["store", "move", "sh"]), ["shop"]);
    let stores = ["keyring", "sealed", "file"];
    assert_eq!(offered(&world, &["store", "move", "--to", ""]), stores);
    assert_eq!(
        offered(&world, &["--scenario", "app-"]),
        ["app-removed", "app-limit"]
    );
    let config = world
        .folder("XDG_DATA_HOME")
        .join("igconnect/worlds/sandbox/config.toml");
    std::fs::write(
        config,
        "[apps.mine]\nid = \"1\"\n[apps.\"$(id)\"]\nid = \"2\"\n",
    )
    .unwrap();
    assert_eq!(offered(&world, &["login", "--app", ""]), ["mine"]);
    assert_eq!(offered(&world, &["app", "remove", ""]), ["mine"]);
}

#[test]
fn the_flag_of_the_sandbox_on_the_line_leads_to_its_accounts() {
    let world = world();
    world.set_env("IGCONNECT_SANDBOX", "0");
    assert!(
        offered(&world, &["status", ""])
            .iter()
            .all(|word| word.starts_with('-'))
    );
    assert_eq!(
        offered(&world, &["--sandbox", "status", ""]),
        ["wreckshop.records"]
    );
}

#[test]
fn a_broken_world_is_met_with_silence() {
    let world = world();
    std::fs::write(world.database(), "no database").unwrap();
    assert!(
        offered(&world, &["status", ""])
            .iter()
            .all(|word| word.starts_with('-'))
    );
    assert_eq!(offered(&world, &["stat"]), ["status"]);
    world.set_env("IGCONNECT_INSTAGRAM", "nonsense");
    assert_eq!(offered(&world, &["stat"]), ["status"]);
    assert_eq!(offered(&world, &["no-such-command", "x"]).len(), 0);
    let _ = world
        .command(&["--"])
        .env("_IGCONNECT_COMPLETE", "bash")
        .run()
        .assert_code(0);
}

#[test]
fn only_the_cache_is_asked() {
    let world = world();
    if !need("strace") || !need("sqlite3") {
        return;
    }
    let binary = world.binary();
    // With the keyring at hand, on a bus that nobody answers on: whoever asked it would be seen.
    world.sql("UPDATE account SET store = 'keyring'");
    let bus = format!("unix:path={}", world.given("bus", "").display());
    let output = world
        .program("strace", &["-f", "-e", "trace=network,execve,openat"])
        .arg(binary)
        .arg("--")
        .arg("igconnect")
        .arg("status")
        .arg("")
        .env("_IGCONNECT_COMPLETE", "bash")
        .env("IGCONNECT_STORE", "keyring")
        .env("DBUS_SESSION_BUS_ADDRESS", bus)
        .run()
        .assert_code(0);
    assert!(
        output.stdout().starts_with("wreckshop.records\t"),
        "{}",
        output.report()
    );
    for never in ["socket(", "connect(", "/secrets", "sealed.sqlite"] {
        assert!(!output.stderr().contains(never), "{}", output.report());
    }
    assert!(output.stderr().contains("igconnect.sqlite"));
    assert_eq!(output.stderr().matches("execve(").count(), 1);
}

#[test]
fn a_script_is_part_of_the_answer_as_json() {
    let world = World::new();
    let output = world
        .command(&["completions", "fish", "--json"])
        .run()
        .assert_code(0);
    assert!(
        output.json()["script"]
            .as_str()
            .unwrap()
            .contains("complete --command igconnect")
    );
    let _ = world.command(&["completions", "tcsh"]).run().assert_code(2);
}
