//! The pictures in README.md. `SNAPSHOTS=overwrite cargo test --test igconnect pictures::` takes them again.

use std::path::{Path, PathBuf};

use anstyle_svg::{Palette, Term};
use snapbox::data::DataFormat;
use snapbox::{Assert, Data};

use crate::browser::{choose, last_page, noted, sandbox_login, to_the_consent};
use crate::harness::snapshot::steady;
use crate::harness::{Browser, SecretService, World, need};

/// GitHub's dark palette: black, red, green, yellow, blue, magenta, cyan, white, then their bright variants.
const COLOURS: [(u8, u8, u8); 16] = [
    (0x48, 0x4f, 0x58),
    (0xff, 0x7b, 0x72),
    (0x3f, 0xb9, 0x50),
    (0xd2, 0x99, 0x22),
    (0x58, 0xa6, 0xff),
    (0xbc, 0x8c, 0xff),
    (0x39, 0xc5, 0xcf),
    (0xb1, 0xba, 0xc4),
    (0x6e, 0x76, 0x81),
    (0xff, 0xa1, 0x98),
    (0x56, 0xd3, 0x64),
    (0xe3, 0xb3, 0x41),
    (0x79, 0xc0, 0xff),
    (0xd2, 0xa8, 0xff),
    (0x56, 0xd4, 0xdd),
    (0xf0, 0xf6, 0xfc),
];

/// A picture can grow to this size, so that the README loads quickly.
const MAX_BYTES: usize = 80_000;

fn picture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name)
}

#[test]
fn the_picture_of_the_terminal_shows_what_the_program_prints() {
    let world = World::new();
    let Some(_keyring) = SecretService::start(&world).filter(|_| need("expect")) else {
        return;
    };
    world.connect_two();
    world.set_env("IGCONNECT_SANDBOX", "1");
    let mut screen = String::new();
    for command in ["list", "refresh", "status"] {
        let run = world.on_a_terminal(&[command], &[]).env("COLUMNS", "80");
        let output = run.run().assert_code(0);
        screen.push_str(&format!(
            "\x1b[2m$\x1b[0m \x1b[1migconnect {command}\x1b[0m\n"
        ));
        screen.push_str(&output.screen());
        screen.push('\n');
    }
    // A picture with real-looking values that are the same at each run.
    let screen = steady(&screen)
        .replace("YYYY-MM-DD hh:mm", "2027-01-27 10:00")
        .replace("YYYY-MM-DD", "2027-01-27")
        .replace("xxxx-xxxx", "k3f9-02ab");
    let svg = Term::new()
        .palette(Palette::from(COLOURS.map(Into::into)))
        .fg_color((0xc9, 0xd1, 0xd9).into())
        .bg_color((0x0d, 0x11, 0x17).into())
        .render_svg(screen.trim_end());
    assert!(svg.len() < MAX_BYTES);
    let expected = Data::read_from(&picture("terminal.svg"), Some(DataFormat::Text)).raw();
    Assert::new()
        .action_env("SNAPSHOTS")
        .eq(Data::text(svg), expected);
}

/// Fonts differ between machines, so an ordinary run only takes the picture and does not compare it.
#[test]
fn the_picture_of_the_success_page_can_be_taken() {
    let world = World::new();
    let Some(browser) = Browser::start(&world) else {
        return;
    };
    let (login, address) = noted(&world, sandbox_login(&world, &[]));
    to_the_consent(&browser, &address);
    choose(&browser, "wreckshop.records");
    browser.click("#allow");
    let _ = last_page(&browser);
    let taken = world.root().join("success-page.png");
    browser.resize(720, 940);
    browser.screenshot(&taken);
    let _ = login.finish().assert_code(0);
    let taken = std::fs::read(taken).unwrap();
    if std::env::var("SNAPSHOTS").is_ok_and(|word| word == "overwrite") {
        std::fs::write(picture("success-page.png"), &taken).unwrap();
    }
    for png in [taken, std::fs::read(picture("success-page.png")).unwrap()] {
        assert!(png.starts_with(b"\x89PNG") && png.len() < MAX_BYTES);
    }
}
