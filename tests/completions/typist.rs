//! A person who types into each shell.

use std::path::Path;
use std::time::Duration;

use crate::harness::{World, installed, need};

/// The repository's own copy of the scripts.
pub fn script(name: &str) -> String {
    format!("{}/completions/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A world with the sandbox's account, in which `igconnect` is a program that says what it was called with, and asks
/// the real one only for completions.
pub fn world() -> World {
    let world = World::new();
    world.connect();
    world.set_env("IGCONNECT_SANDBOX", "1");
    let shown = format!(
        "#!/bin/sh\n[ -z \"$_IGCONNECT_COMPLETE\" ] || exec {} \"$@\"\nprintf 'RAN'; printf '<%s>' \"$@\"; echo\n",
        world.binary().display()
    );
    world.script("igconnect", &shown);
    world
}

pub fn rename(world: &World, username: &str, alias: Option<&str>) {
    world.database().change(|account| {
        account.username = username.to_owned();
        account.alias = alias.map(str::to_owned);
    });
}

/// What the program offers for these words.
pub fn offered(world: &World, words: &[&str]) -> Vec<String> {
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

pub const TYPIST: &str = r#"
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

pub struct Shell {
    pub part: &'static str,
    pub line: Vec<String>,
}

/// The five shells, each started as somebody who has no configuration but the script.
pub fn shells(world: &World) -> Vec<Shell> {
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

/// Types `keys` and Enter in each shell, and waits until the terminal shows `seen`.
pub fn typed(world: &World, keys: &str, seen: &str) {
    typed_except(&[], world, keys, seen);
}

pub fn typed_except(others: &[&str], world: &World, keys: &str, seen: &str) {
    let mut shells = shells(world);
    shells.retain(|shell| !others.contains(&shell.part));
    typed_in(&shells, world, keys, seen);
}

pub fn typed_in(shells: &[Shell], world: &World, keys: &str, seen: &str) {
    if !need("expect") {
        return;
    }
    let typist = world.given("typist.exp", TYPIST);
    for shell in shells {
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
