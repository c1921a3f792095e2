//! `completions --install`: the scripts where real shells find them.

use std::fs;
use std::path::Path;

use super::typist::{Shell, offered, typed_in, world};
use crate::harness::{World, installed};

/// The five shells as they start for a person, with a prompt that the typist knows.
fn shells(world: &World) -> Vec<Shell> {
    let write = |file: &Path, text: &str| {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    let (home, config) = (world.folder("HOME"), world.folder("XDG_CONFIG_HOME"));
    // bash-completion reads the script from this folder at the first Tab; here the start-up file does.
    let script = world
        .folder("XDG_DATA_HOME")
        .join("bash-completion/completions/igconnect");
    let bash = format!(
        "PS1='ready> '\nbind 'set enable-bracketed-paste off'\nsource {}\n",
        script.display()
    );
    write(&home.join(".bashrc"), &bash);
    write(
        &home.join(".zshrc"),
        "PS1='ready> '\nunset zle_bracketed_paste",
    );
    let elvish = "set edit:prompt = { put 'ready> ' }\nset edit:rprompt = { }\n";
    write(&config.join("elvish/rc.elv"), elvish);
    let nushell = "$env.config.show_banner = false\n$env.PROMPT_COMMAND = {|| 'ready> ' }\n\
                   $env.PROMPT_COMMAND_RIGHT = {|| '' }\n$env.PROMPT_INDICATOR = ''\n";
    write(&config.join("nushell/config.nu"), nushell);
    let nu = installed("nu").map_or_else(|| "nu".to_owned(), |path| path.display().to_string());
    let fish = "function fish_prompt; echo -n 'ready> '; end; set -g fish_greeting";
    let line = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    [
        ("bash", line(&["bash", "-i"])),
        ("zsh", line(&["zsh", "-d", "-i"])),
        ("fish", line(&["fish", "--private", "-i", "-C", fish])),
        ("elvish", line(&["elvish"])),
        ("nushell", line(&[&nu, "--no-history", "--no-std-lib"])),
    ]
    .map(|(part, line)| Shell { part, line })
    .into()
}

#[test]
fn every_shell_finds_the_installed_script() {
    let world = world();
    let shells = shells(&world);
    for shell in &shells {
        let run = world.command(&["completions", "--install", shell.part]);
        let output = run.run().assert_code(0);
        output.assert_prints("Start a new shell to use them.");
    }
    typed_in(&shells, &world, r"igconnect lo\t", "RAN<login>");
}

#[test]
fn the_start_up_file_is_changed_once_and_keeps_what_was_there() {
    let world = World::new();
    let start_up = world.folder("HOME").join(".zshrc");
    fs::write(&start_up, "alias ll='ls -l'").unwrap();
    let install = || {
        world
            .command(&["completions", "--install", "--json"])
            .env("SHELL", "/bin/zsh")
    };
    let first = install().run().assert_code(0).json();
    assert_eq!(first["shell"], "zsh");
    assert_eq!(first["changed"], start_up.display().to_string());
    let text = fs::read_to_string(&start_up).unwrap();
    assert!(text.starts_with("alias ll='ls -l'\n"), "{text}");
    assert_eq!(
        install().run().assert_code(0).json()["changed"],
        serde_json::Value::Null
    );
    assert_eq!(fs::read_to_string(&start_up).unwrap(), text);
}

#[test]
fn a_start_up_file_that_is_a_link_is_written_through() {
    let world = World::new();
    let dotfiles = world.given("dotfiles-zshrc", "# mine\n");
    let start_up = world.folder("HOME").join(".zshrc");
    std::os::unix::fs::symlink(&dotfiles, &start_up).unwrap();
    let _ = world
        .command(&["completions", "--install", "zsh"])
        .run()
        .assert_code(0);
    assert!(start_up.is_symlink());
    assert!(fs::read_to_string(dotfiles).unwrap().contains("fpath"));
}

#[test]
fn an_unknown_shell_is_asked_for() {
    let world = World::new();
    for shell in ["/bin/tcsh", "", "/bin/sh"] {
        let run = world
            .command(&["completions", "--install"])
            .env("SHELL", shell);
        let _ = run
            .run()
            .assert_fails(2)
            .assert_says("completions --install bash");
    }
    let _ = world.command(&["completions"]).run().assert_code(2);
}

#[test]
fn topics_errors_and_documents_are_offered() {
    let world = world();
    for (words, expected) in [
        (&["help", "cert"][..], &["certificates", "certificate"][..]),
        (&["help", "exit"], &["exit-codes"]),
        (
            &["explain", "190/46"],
            &["190/460", "190/463", "190/464", "190/467"],
        ),
        (&["explain", "trou"], &["trouble"]),
        (&["schema", "hist"], &["history"]),
    ] {
        assert_eq!(offered(&world, words), expected, "{words:?}");
    }
}

#[test]
fn a_mistyped_topic_or_document_is_recognised() {
    let world = World::new();
    for (words, expected) in [
        (
            ["help", "exit-code"],
            "Did you mean igconnect help exit-codes?",
        ),
        (["help", "stats"], "Did you mean igconnect help status?"),
        (
            ["schema", "histroy"],
            "Did you mean igconnect schema history?",
        ),
    ] {
        let _ = world
            .command(&words)
            .run()
            .assert_fails(2)
            .assert_says(expected);
    }
}
