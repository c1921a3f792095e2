//! What the report holds, and that making it changes nothing.

use std::fs;
use std::path::Path;

use super::setup::{APP_ID, against, assert_check, chmod, data, doctor, login, raw_server, world};
#[cfg(unix)]
use crate::harness::SecretService;

#[test]
fn an_untouched_machine_has_nothing_that_failed_and_stays_untouched() {
    let world = world();
    let before = world.files();
    let output = doctor(&world).run().assert_code(0);
    assert_eq!(world.files().differences(&before), [] as [&Path; 0]);
    let report = output.json();
    assert_eq!(report["schema"], 1);
    for check in report["checks"].as_array().unwrap() {
        assert_ne!(check["result"], "failed", "{}", output.report());
        assert_eq!(check["fix"].is_string(), check["result"] != "ok", "{check}");
    }
    for name in [
        "database",
        "listener",
        "instagram",
        "clock",
        "app-id",
        "app-secret",
    ] {
        assert_check(&output, name, "ok", "");
    }
}

#[test]
fn looking_changes_neither_content_nor_modes() {
    let world = world();
    world.names_no_store();
    login(&world);
    let config = data(&world).join("config.toml");
    fs::write(&config, "store = \"file\"\n").unwrap();
    chmod(&config, 0o644);
    chmod(&data(&world), 0o755);
    let before = world.files();
    let output = doctor(&world).run().assert_code(0);
    assert_eq!(world.files().differences(&before), [] as [&Path; 0]);
    // It holds no secret.
    assert_check(&output, "configuration", "ok", "is readable");
    if cfg!(unix) {
        assert_check(&output, "data-folder", "warning", "chmod go-rwx");
    }
    assert_check(
        &output,
        "settings",
        "ok",
        "store: by the configuration file",
    );
    assert_check(&output, "accounts", "ok", "1 account: 1 connected");
}

#[test]
fn the_report_can_be_shown_in_public() {
    let world = world();
    login(&world);
    let listed = world
        .command(&["--sandbox", "list", "--json"])
        .run()
        .assert_code(0)
        .json();
    let account = &listed["accounts"][0];
    let mut private = vec!["my-alias".to_owned(), APP_ID.to_owned()];
    for field in ["id", "app_scoped_id", "username"] {
        private.push(account[field].as_str().unwrap().to_owned());
    }
    private.push(account["token"]["fingerprint"].as_str().unwrap().to_owned());
    let folder = world.folder("HOME");
    private.push(folder.parent().unwrap().display().to_string());
    private.push(igconnect::sandbox::APP_SECRET.to_owned());
    world.set_env(
        "IGCONNECT_DATA_DIR",
        world.folder("XDG_DATA_HOME").join("igconnect"),
    );
    world.set_env("IGCONNECT_ACCOUNT", "my-alias");
    // Also where the failures name paths.
    let spoilt = || {
        fs::write(data(&world).join("config.toml"), "store = [\n").unwrap();
        fs::write(data(&world).join("igconnect.sqlite"), "no database").unwrap();
        chmod(&data(&world), 0o777);
    };
    for round in 0..2 {
        for arguments in [
            &["--sandbox", "doctor"][..],
            &["--sandbox", "doctor", "--json"],
        ] {
            let output = world.command(arguments).run();
            for secret in &private {
                let said = [output.stdout(), output.stderr()].concat();
                assert!(
                    !said.contains(secret),
                    "{round}: {secret} in {}",
                    output.report()
                );
            }
        }
        spoilt();
    }
    chmod(&data(&world), 0o700);
}

#[cfg(unix)]
#[test]
fn with_everything_dead_it_gives_up_on_each_and_ends_with_the_worst_code() {
    let world = world();
    let keyring = SecretService::start(&world);
    if let Some(keyring) = &keyring {
        keyring.stop();
    }
    let (address, _) = raw_server("");
    let folder = world
        .folder("XDG_DATA_HOME")
        .join("igconnect/worlds")
        .join(address.replace(':', "-"));
    fs::create_dir_all(&folder).unwrap();
    chmod(&folder, 0o700);
    fs::write(folder.join("igconnect.sqlite"), "no database").unwrap();
    world.script("crontab", "#!/bin/sh\nexec sleep 120\n");
    let output = against(&world, &format!("http://{address}"));
    let output = output.run().assert_code(7);
    assert_check(&output, "instagram", "failed", "in time");
    assert_check(&output, "database", "failed", "damaged");
    if let Some(keyring) = keyring {
        assert_check(&output, "store", "failed", "did not answer");
        keyring.cont();
    }
}

#[test]
fn the_setting_that_won_is_named() {
    let world = world();
    let output = doctor(&world).run();
    for words in [
        "Instagram: the sandbox by --sandbox",
        "app: by IGCONNECT_SANDBOX_APP_ID",
        "redirect URI: by IGCONNECT_REDIRECT_URI",
        "account: the default account",
        "API version: by default",
    ] {
        assert_check(&output, "settings", "ok", words);
    }
    let output = doctor(&world)
        .env("IGCONNECT_API_VERSION", "nonsense")
        .arg("--account")
        .arg("@somebody")
        .run()
        .assert_code(2);
    assert_check(&output, "settings", "ok", "account: by --account");
    output.assert_never_prints("somebody");
}
