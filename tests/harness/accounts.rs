//! Connected accounts in a world: made by the program itself in its sandbox, then aged by hand where a test needs time
//! to have passed.

use std::path::PathBuf;

use url::Url;

use super::World;
use super::database::{Account, Profile, now};
use super::process::Run;

/// The sandbox's people with professional accounts, by id and username, in the order of its page.
pub const PEOPLE: [(&str, &str); 4] = [
    ("17841400000000017", "wreckshop.records"),
    ("17841400000000025", "lina.draws"),
    ("17841400000000033", "kaffeehaus_koeln"),
    ("17841400000000058", "escape_artist"),
];

/// The one that the sandbox plays, and the one of its scenario `wrong-account`.
pub const WRECKSHOP: &str = PEOPLE[0].0;
pub const LINA: &str = PEOPLE[1].0;

impl World {
    /// The program with `--sandbox` and these arguments.
    pub fn sandbox(&self, arguments: &[&str]) -> Run {
        self.command(&[&["--sandbox"], arguments].concat())
    }

    /// Connects `@wreckshop.records`, the default account: fresh, for 60 days.
    #[track_caller]
    pub fn connect(&self) {
        self.connect_in("agrees");
    }

    /// Connects the person of a scenario; `backdated` gives a token that is due.
    #[track_caller]
    pub fn connect_in(&self, scenario: &str) {
        let login = ["--scenario", scenario, "login", "--port", "0", "--quiet"];
        let _ = self.sandbox(&login).run().assert_code(0);
    }

    /// Connects two: `@wreckshop.records`, due and the default one, and `@lina.draws` with the alias `lina`.
    #[track_caller]
    pub fn connect_two(&self) {
        self.connect_in("backdated");
        let login = [
            "--scenario",
            "wrong-account",
            "login",
            "--port",
            "0",
            "--as",
            "lina",
            "--quiet",
        ];
        let _ = self.sandbox(&login).run().assert_code(0);
    }

    /// Connects this person of the sandbox that runs beside the world.
    #[track_caller]
    pub fn connect_person(&self, username: &str) {
        let begun = self
            .command(&["login", "--begin"])
            .run()
            .assert_code(0)
            .json();
        let url = Url::parse(begun["url"].as_str().expect("an address")).expect("an address");
        let back = self
            .visitor_without_trust()
            .consent_as(&url, Some(username));
        let finish = self.command(&["login", "--finish", "--quiet"]);
        let _ = finish.stdin(back.as_str()).run().assert_code(0);
    }

    /// Adds this many accounts to the sandbox's cache, ordered by when their tokens expire.
    #[track_caller]
    pub fn connect_many(&self, accounts: i64) {
        self.database().add((1..=accounts).map(|number| Account {
            id: (20_000_000_000_000_000 + number).to_string(),
            username: format!("user{number}"),
            app: "default".into(),
            store: "file".into(),
            connected_at: now(),
            expires_at: Some(now() + number * 600),
            ..Account::default()
        }));
    }

    /// Gives every account this text wherever a name is kept.
    #[track_caller]
    pub fn rename_all(&self, name: &str) {
        let text = || Some(name.to_owned());
        self.database().change(|account| {
            account.username = name.to_owned();
            account.app = name.to_owned();
            account.app_scoped_id = text();
        });
        self.database().change_rows(|profile: &mut Profile| {
            profile.name = text();
            profile.biography = text();
            profile.website = text();
            profile.profile_picture_url = text();
            profile.account_type = text();
        });
    }

    /// The folder of the sandbox's world.
    pub fn sandbox_folder(&self) -> PathBuf {
        self.worlds().join("sandbox")
    }

    /// The folder for a sandbox that listens on this port.
    pub fn world_folder(&self, port: u16) -> PathBuf {
        self.worlds().join(format!("127.0.0.1-{port}"))
    }

    fn worlds(&self) -> PathBuf {
        let data = self.folder("XDG_DATA_HOME");
        data.join("igconnect").join("worlds")
    }

    /// The folder that the program uses with the variables of this world, which choose a sandbox.
    pub fn data(&self) -> PathBuf {
        let port = self.try_value("IGCONNECT_INSTAGRAM").map(|address| {
            let address = address.into_string().expect("an address");
            let port = address.rsplit(':').next().map(str::parse);
            port.expect("a port").expect("a port")
        });
        port.map_or_else(|| self.sandbox_folder(), |port| self.world_folder(port))
    }

    /// The token of an account, as `token` prints it.
    #[track_caller]
    pub fn token(&self, account: &str) -> String {
        let output = self.sandbox(&["token", account]).prints_a_secret().run();
        output.assert_code(0).stdout().trim_end().to_owned()
    }

    /// The state, by the word of the contract, that `status` tells of an account.
    #[track_caller]
    pub fn state(&self, account: &str) -> String {
        let output = self.sandbox(&["status", account, "--json"]).run();
        let state = output.json()["accounts"][0]["state"].clone();
        state.as_str().expect("a state").to_owned()
    }
}
