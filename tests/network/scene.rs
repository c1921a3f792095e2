//! An account at a faulty server, put back to what it was before each run, so that hundreds of runs share one login.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde_json::Value;
use url::Url;

use super::endpoint::{APP_SECRET, CODE, Case, LONG, RENEWED, SHORT, good_and_due};
use crate::harness::Output;
use crate::harness::World;
use crate::harness::faulty::Faulty;
use crate::harness::files::Files;
use crate::harness::visitor::parameter;

/// The program may have this much memory for its data. Beyond it the system refuses, and the program is aborted.
const MEMORY_KB: u32 = 64 * 1024;

/// A world with a faulty server in Instagram's place.
pub struct Scene {
    pub world: World,
    pub server: Faulty,
    /// A login was begun, no account is connected.
    begun: Files,
    /// An account is connected, its token due for renewal.
    connected: Files,
    /// Where the browser of the begun login landed.
    landed: String,
}

/// What a run has left.
pub struct Left {
    case: Case,
    pub output: Output,
    pub before: Files,
    pub after: Files,
}

impl Scene {
    #[track_caller]
    pub fn new() -> Self {
        let (world, server) = (World::new(), Faulty::start(good_and_due));
        for (name, value) in [
            ("IGCONNECT_STORE", "file"),
            ("IGCONNECT_SANDBOX_APP_ID", "1029384756102938"),
            ("IGCONNECT_SANDBOX_APP_SECRET", APP_SECRET),
        ] {
            world.set_env(name, value);
        }
        let mut scene = Self {
            world,
            server,
            begun: Files::default(),
            connected: Files::default(),
            landed: String::new(),
        };
        let begun = scene.run_at(scene.server.port(), &["login", "--begin"], "");
        let url = begun.assert_code(0).json()["url"].clone();
        let state = parameter(&Url::parse(url.as_str().unwrap()).unwrap(), "state");
        scene.landed = format!("https://localhost:8723/callback?code={CODE}&state={state}#_");
        let folder = scene.folder(scene.server.port());
        scene.begun = Files::of(&folder);
        let finish = ["login", "--finish"];
        let _ = scene
            .run_at(scene.server.port(), &finish, &scene.landed)
            .assert_code(0);
        scene.connected = Files::of(&folder);
        scene
    }

    /// Runs the command of a case from its beginning, against the server at this port.
    #[track_caller]
    pub fn run(&self, case: Case, port: u16) -> Left {
        let before = if case.is_login() {
            &self.begun
        } else {
            &self.connected
        };
        let folder = self.folder(port);
        before.put_back(&folder);
        let output = self.run_at(port, case.arguments(), &self.landed);
        Left {
            case,
            output,
            before: before.clone(),
            after: Files::of(&folder),
        }
    }

    /// Runs any command on what is there now.
    #[track_caller]
    pub fn then(&self, arguments: &[&str]) -> Output {
        self.run_at(self.server.port(), arguments, "")
    }

    /// The state by the word of the contract, asked offline; none where no account is.
    #[track_caller]
    pub fn state(&self, port: u16) -> Option<String> {
        let list = self.run_at(port, &["list", "--json"], "").assert_code(0);
        let state = list.json()["accounts"][0]["state"].clone();
        match state {
            Value::Null => None,
            state => Some(state.as_str().unwrap().to_owned()),
        }
    }

    #[track_caller]
    fn run_at(&self, port: u16, arguments: &[&str], stdin: &str) -> Output {
        #[cfg(windows)]
        let run = self.world.command(arguments);
        #[cfg(unix)]
        let run = {
            let limited = format!("ulimit -d {MEMORY_KB} && exec \"$0\" \"$@\"");
            let program = self.world.binary().to_str().unwrap();
            let shell = [&["-c", &limited, program], arguments].concat();
            self.world.program("sh", &shell)
        };
        let run = run
            .env("IGCONNECT_INSTAGRAM", format!("http://127.0.0.1:{port}"))
            .stdin(format!("{stdin}\n"));
        if arguments[0] == "token" {
            run.prints_a_secret().run()
        } else {
            run.run()
        }
    }

    /// The folder of the world whose Instagram is at this port.
    fn folder(&self, port: u16) -> PathBuf {
        self.world.world_folder(port)
    }
}

impl Left {
    /// What is wrong with what was said and written, if anything: a secret, an address with a query, a word of a body.
    pub fn leak(&self) -> Option<String> {
        let stdout = match self.case {
            // What it prints when all went well is the token.
            Case::TokenRefresh if self.output.code() == 0 => &[],
            _ => self.output.stdout_bytes(),
        };
        let printed = [stdout, self.output.stderr_bytes()];
        let printed = printed.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let secrets = [CODE, SHORT, LONG, RENEWED, APP_SECRET];
        let spoken = ["access_token=", "client_secret=", "grant_type", "panicked"];
        let mut words = secrets.iter().chain(&spoken);
        let shown = words.find(|word| printed.iter().any(|text| text.contains(**word)));
        let kept = self.after.contents().find(|(path, content)| {
            let text = String::from_utf8_lossy(content);
            !path.starts_with("secrets") && secrets.iter().any(|secret| text.contains(secret))
        });
        shown
            .map(|word| format!("{word} was printed"))
            .or_else(|| kept.map(|(path, _)| format!("a secret is in {}", path.display())))
    }

    /// The tokens in the store.
    pub fn tokens(&self) -> Vec<String> {
        tokens(&self.after)
    }

    /// Whether the store is byte by byte what it was.
    pub fn keeps_the_store(&self) -> bool {
        secrets(&self.before) == secrets(&self.after)
    }
}

fn secrets(files: &Files) -> Vec<(&Path, &[u8])> {
    let all = files.contents();
    all.filter(|(path, _)| path.starts_with("secrets"))
        .collect()
}

fn tokens(files: &Files) -> Vec<String> {
    let token = |content: &[u8]| {
        let text = String::from_utf8_lossy(content).into_owned();
        let rest = text.split_once("\"token\":\"")?.1.to_owned();
        Some(rest.split('"').next()?.to_owned())
    };
    let entries = secrets(files).into_iter();
    entries.filter_map(|(_, content)| token(content)).collect()
}

/// Scenes that wait for somebody who needs one: as many as there are threads, each with one login.
#[derive(Default)]
pub struct Scenes(Mutex<Vec<Scene>>);

impl Scenes {
    /// Does something with a scene that no other thread uses meanwhile.
    pub fn with<T>(&self, act: impl FnOnce(&Scene) -> T) -> T {
        let waiting = self.0.lock().unwrap().pop();
        let scene = waiting.unwrap_or_else(Scene::new);
        let done = act(&scene);
        self.0.lock().unwrap().push(scene);
        done
    }
}
