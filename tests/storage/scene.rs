//! A command, what is there before it, and what it may leave behind.

use std::fs;

use crate::harness::World;
use crate::harness::front::sandbox_beside;

/// What must be true afterwards.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leaves {
    /// The account, usable.
    Account,
    /// The account, usable, or none.
    AccountOrNone,
    /// The account, or the knowledge that its token ended in the one moment that only Instagram could close.
    AccountOrDead,
    /// No account.
    None,
}

/// What was there before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Before {
    Nothing,
    Fresh,
    Due,
    /// A token is due, and the cache is gone.
    Lost,
    /// A token is due, and the cache is not a database.
    Damaged,
    /// A refresh was ended between the store and the cache.
    Torn,
    /// A token is due, and the cache is that of the first version.
    Old,
}

#[derive(Clone, Copy)]
pub struct Scene {
    pub name: &'static str,
    pub before: Before,
    pub command: &'static [&'static str],
    /// A sandbox that runs on beside the command and remembers which tokens have ended.
    pub old_token_dies: bool,
    /// The store that is chosen, by its word.
    pub store: &'static str,
    /// The former store of the account, if another one.
    pub former: Option<&'static str>,
    pub leaves: Leaves,
}

const fn scene(
    name: &'static str,
    before: Before,
    command: &'static [&'static str],
    leaves: Leaves,
) -> Scene {
    Scene {
        name,
        before,
        command,
        old_token_dies: false,
        store: "file",
        former: None,
        leaves,
    }
}

const TO_SEALED: &[&str] = &["store", "move", "--to", "sealed", "--all", "--yes"];
const TO_FILE: &[&str] = &["store", "move", "--to", "file", "--all", "--yes"];

const LOGIN: &[&str] = &["login", "--port", "0"];

#[rustfmt::skip] // a table: a row is a line
pub const SCENES: &[Scene] = &[
    scene("login", Before::Nothing, LOGIN, Leaves::AccountOrNone),
    scene("login again", Before::Fresh, LOGIN, Leaves::Account),
    scene("refresh", Before::Due, &["refresh"], Leaves::Account),
    Scene {
        old_token_dies: true,
        ..scene(
            "refresh, the old token ends",
            Before::Due,
            &["refresh"],
            Leaves::AccountOrDead,
        )
    },
    scene("disconnect", Before::Fresh, &["disconnect", "--yes"], Leaves::AccountOrNone),
    scene("first migration", Before::Nothing, &["login", "--begin"], Leaves::None),
    scene("rebuild a lost cache", Before::Lost, &["refresh", "--all"], Leaves::Account),
    scene("rebuild a damaged cache", Before::Damaged, &["refresh", "--all"], Leaves::Account),
    scene("recovery", Before::Torn, &["refresh"], Leaves::Account),
    scene("second migration", Before::Old, &["refresh"], Leaves::Account),
    scene("move", Before::Fresh, TO_SEALED, Leaves::Account),
    scene("move with two tokens", Before::Torn, TO_SEALED, Leaves::Account),
    Scene { former: Some("sealed"), ..scene("login to another store", Before::Fresh, LOGIN, Leaves::Account) },
];

impl Scene {
    /// The same with the tokens in another store; what leads from one store to the other leads the other way then.
    pub fn over(&self, store: &'static str) -> Self {
        let is_sealed = store == "sealed";
        Self {
            store,
            former: self
                .former
                .map(|_| if is_sealed { "file" } else { "sealed" }),
            command: match is_sealed && self.moves() {
                true => TO_FILE,
                false => self.command,
            },
            ..*self
        }
    }

    /// Whether the command brings the account to another store.
    pub fn moves(&self) -> bool {
        self.command.starts_with(&["store", "move"])
    }

    /// What must be true after the command ended with this code.
    pub fn leaves_after(&self, code: i32) -> Leaves {
        match (code, self.name) {
            (0, "disconnect") => Leaves::None,
            (0, "login") => Leaves::Account,
            _ => self.leaves,
        }
    }

    /// The world as it is before the command, to be copied for each run.
    #[track_caller]
    pub fn template(&self) -> World {
        let world = world(self.former.unwrap_or(self.store));
        match self.before {
            Before::Nothing => {}
            Before::Fresh => world.connect(),
            _ => world.connect_in("backdated"),
        }
        let database = world.database();
        match self.before {
            Before::Lost => fs::remove_file(database).unwrap(),
            Before::Damaged => fs::write(database, [7; 5000]).unwrap(),
            Before::Old => database.downgrade(),
            Before::Torn => {
                // As if it had been killed after the store, before the cache.
                let old = fs::read(&database).unwrap();
                let _ = world.command(&["refresh"]).run().assert_code(0);
                fs::write(database, old).unwrap();
            }
            _ => {}
        }
        world.set_env("IGCONNECT_STORE", self.store);
        world
    }

    /// A copy of the template, with a sandbox beside it where the scene has one.
    #[track_caller]
    pub fn world(&self, template: &World) -> World {
        let world = template.copy();
        if self.old_token_dies {
            sandbox_beside(&world, "old-token-dies");
        }
        world
    }
}

/// A world whose programs use the sandbox and this store.
#[track_caller]
pub fn world(store: &str) -> World {
    let world = World::without_keeper();
    world.set_env("IGCONNECT_SANDBOX", "1");
    world.set_env("IGCONNECT_STORE", store);
    let key = world.folder("HOME").join("seal.key");
    world.set_env("IGCONNECT_SEAL_KEY_FILE", key);
    world
}
