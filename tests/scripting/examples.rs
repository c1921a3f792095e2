//! The examples of the README and the pages in `docs/`, executed as they are written, against the sandbox.

use std::fs;
use std::path::Path;

use url::Url;

use super::judge::loose_token;
use crate::harness::World;
use crate::harness::front::SandboxBehindFront;
use crate::harness::process::Run;

const README: &str = include_str!("../../README.md");
const DATA: &str = include_str!("../../docs/data.md");
const EXIT_CODES: &str = include_str!("../../docs/exit-codes.md");
const MANY_ACCOUNTS: &str = include_str!("../../docs/many-accounts.md");

/// The lines of every block of this language on a page.
fn blocks(page: &'static str, language: &str) -> Vec<Vec<&'static str>> {
    let fence = format!("```{language}\n");
    let parts = page.split(&fence).skip(1);
    let blocks = parts.map(|part| part.split("\n```").next().unwrap().lines().collect());
    blocks.collect()
}

/// A shell's line, where `igconnect` is the program under test.
fn shell(world: &World, line: &str) -> Run {
    let program = format!("#!/bin/sh\nexec '{}' \"$@\"\n", world.binary().display());
    world.script("igconnect", &program);
    world.program("sh", &["-c", line])
}

#[test]
fn the_readme_is_short_and_every_link_leads_somewhere() {
    assert!(README.lines().count() <= 140);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = fs::read_dir(root.join("docs")).unwrap();
    let pages = pages.map(|entry| entry.unwrap().path());
    let pages = pages.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    for page in pages.chain([root.join("README.md")]) {
        let text = fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1) {
            let link = link.split(')').next().unwrap();
            let there = link.starts_with("https://") || page.with_file_name(link).exists();
            assert!(there, "{}: {link}", page.display());
        }
    }
}

#[test]
fn the_workflow_does_what_it_promises() {
    let world = World::new();
    world.set_env("IGCONNECT_SANDBOX", "1");
    let token = loose_token();
    world.script("gh", "#!/bin/sh\necho \"$@\" > called; cat > secret\n");
    let publish = world.given("publish.sh", "#!/bin/sh\ntest -n \"$INSTAGRAM_TOKEN\"\n");
    let _ = world
        .program("chmod", &["755"])
        .arg(&publish)
        .run()
        .assert_code(0);
    let folder = publish.parent().unwrap().to_owned();
    let yaml = blocks(README, "yaml").concat();
    let steps = yaml
        .iter()
        .filter_map(|line| line.trim().strip_prefix("- run: "));
    let steps: Vec<_> = steps.collect();
    assert_eq!(steps.len(), 3);
    for step in steps {
        let run = shell(&world, step)
            .folder(&folder)
            // In the workflow it is the variable of the real Instagram, which a test world ignores.
            .env("IGCONNECT_SANDBOX_TOKEN", &token);
        let _ = run.run().assert_code(0);
    }
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!(read("called"), "secret set INSTAGRAM_TOKEN\n");
    assert!(read("secret").starts_with("IGAA") && read("secret").trim_end() != token);
}

#[test]
fn the_lines_for_cron_work() {
    let world = World::new();
    world.set_env("IGCONNECT_SANDBOX", "1");
    world.connect();
    let metrics = world.folder("HOME");
    let lines = blocks(README, "crontab").concat();
    let jobs = lines.iter().filter(|line| line.contains(" * * "));
    let commands: Vec<_> = jobs
        .map(|line| line.splitn(6, ' ').last().unwrap())
        .collect();
    assert_eq!(commands.len(), 2);
    for command in commands {
        let output = shell(&world, command)
            .env("METRICS", &metrics)
            .run()
            .assert_code(0);
        assert_eq!(output.stdout(), "", "cron would send a letter");
        assert_eq!(output.stderr(), "", "cron would send a letter");
    }
    let written = std::fs::read_to_string(metrics.join("igconnect.prom")).unwrap();
    assert!(written.contains("igconnect_status_success 1\n"));
}

#[test]
fn every_exit_code_is_reached_as_the_page_says() {
    let world = World::new();
    let blocks = blocks(EXIT_CODES, "sh");
    let block = blocks
        .iter()
        .find(|lines| lines.iter().any(|line| line.ends_with("# 8")));
    let text = block
        .expect("a block with exit codes")
        .join("\n")
        .replace("\\\n", "");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port().to_string();
    drop(free);
    let mut reached: Vec<i32> = Vec::new();
    for line in text.lines() {
        let (command, code) = line.rsplit_once("  # ").expect("a code behind each line");
        let code = code.parse().unwrap();
        // The one port that is named must be free here.
        let command = command.replace("8724", &port);
        let _ = shell(&world, &command).run().assert_code(code);
        reached.push(code);
    }
    // All of them but 141, the end of a program whose reader has gone.
    let kinds: Vec<u8> = igconnect::failure::Kind::ALL
        .iter()
        .map(|kind| kind.exit_code())
        .collect();
    assert_eq!(kinds, [1, 2, 3, 4, 5, 6, 7, 8, 9, 130, 141, 143]);
    for kind in igconnect::failure::Kind::ALL {
        let row = format!("| {} | {} |", kind.exit_code(), kind.name());
        assert!(EXIT_CODES.contains(&row), "{row}");
    }
    let shown = kinds.into_iter().filter(|code| *code != 141);
    assert_eq!(
        reached,
        [0].into_iter()
            .chain(shown.map(i32::from))
            .collect::<Vec<_>>()
    );
}

#[test]
fn the_lines_for_scripts_work() {
    let world = World::new();
    world.set_env("IGCONNECT_SANDBOX", "1");
    world.connect();
    let publish = world.given("publish.sh", "#!/bin/sh\ntest -n \"$INSTAGRAM_TOKEN\"\n");
    let _ = world
        .program("chmod", &["755"])
        .arg(&publish)
        .run()
        .assert_code(0);
    world.script(
        "curl",
        "#!/bin/sh\n[ \"$1 $2\" = '-H @-' ] || exit 1\nread -r line\ncase \"$line\" in 'Authorization: Bearer IGAA'*) exit 0;; esac; exit 1\n",
    );
    let blocks = blocks(README, "sh");
    let block = blocks
        .iter()
        .find(|lines| lines.iter().any(|line| line.contains("./publish.sh")));
    for line in block.expect("a block for scripts") {
        let run = shell(&world, line).folder(publish.parent().unwrap());
        let _ = run.run().assert_code(0);
    }
}

#[test]
fn the_lines_for_many_accounts_work() {
    let world = World::new();
    let _instagram = SandboxBehindFront::start(&world, "agrees");
    let blocks = blocks(MANY_ACCOUNTS, "sh");
    let block = (blocks.iter()).find(|lines| lines.iter().any(|line| line.contains("--begin")));
    let [begin, finish, rest @ ..] = block.expect("a block for many accounts").as_slice() else {
        panic!("too few lines");
    };
    let begun = shell(&world, begin).run().assert_code(0).json();
    let address = Url::parse(begun["url"].as_str().unwrap()).unwrap();
    let back = world.visitor_without_trust().consent(&address);
    let home = world.folder("HOME");
    std::fs::write(home.join("address"), back.as_str()).unwrap();
    let _ = shell(&world, finish).folder(&home).run().assert_code(0);
    for line in rest {
        let _ = shell(&world, line).run().assert_code(0);
    }
}

#[test]
fn the_lines_for_history_and_log_work() {
    let world = World::new();
    world.set_env("IGCONNECT_SANDBOX", "1");
    let login = ["login", "--port", "0", "--as", "shop"];
    let _ = world.command(&login).run().assert_code(0);
    for line in blocks(DATA, "sh").concat() {
        let run = shell(&world, line).folder(world.folder("HOME"));
        let _ = run.run().assert_code(0);
    }
}
