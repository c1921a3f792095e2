//! Real OpenBao servers, one for each test: in memory for most, and one that keeps its data on disk behind TLS, which
//! can be sealed, killed and started again.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::authority::Authority;
use super::group::Group;
use super::http;
use super::mode::private_folder;
use super::needs::installed;
use super::{World, need, until};

/// A server, and how the test itself speaks to it: plain, as its administrator.
pub struct OpenBao {
    group: Group,
    arguments: Vec<String>,
    folder: PathBuf,
    /// The address for the program: https for the server on disk.
    pub address: String,
    /// The administrator's token.
    pub root: String,
    /// Where it speaks plain HTTP.
    pub port: u16,
    unseal: Option<String>,
    /// The file of the authority that vouches for it.
    pub authority: Option<PathBuf>,
}

impl OpenBao {
    /// A server in memory, with KV version 2 at `secret`. `None` where the tests do without.
    #[track_caller]
    pub fn start(world: &World) -> Option<Self> {
        need("openbao").then(|| Self::on_free_ports(|| Self::in_memory(world), 200))
    }

    /// A server that keeps its data on disk, under TLS, with KV version 2 at `secret`.
    #[track_caller]
    pub fn start_on_disk(world: &World) -> Option<Self> {
        need("openbao").then(|| {
            let authority = Authority::new(world, "bao-authority.pem");
            let mut server = Self::on_free_ports(|| Self::on_disk(world, &authority), 501);
            server.authority = Some(authority.file);
            server.initialise();
            server
        })
    }

    /// Starts a server until one is up: another process may take its port before it does.
    #[track_caller]
    fn on_free_ports(start: impl Fn() -> Self, status: u16) -> Self {
        let mut servers = (0..5).map(|_| start());
        let up = servers.find(|server| server.is_up(status));
        up.expect("an OpenBao server that finds free ports")
    }

    fn in_memory(world: &World) -> Self {
        let port = free_port();
        let listen = format!("-dev-listen-address=127.0.0.1:{port}");
        let token = "-dev-root-token-id=administrator-of-this-test";
        let arguments = ["server", "-dev", "-dev-no-store-token", token, &listen];
        Self::run(world, arguments.map(str::to_owned).to_vec(), port)
    }

    fn on_disk(world: &World, authority: &Authority) -> Self {
        let (certificate, key) = authority.vouches_for(&["bao.test", "127.0.0.1"]);
        let certificate = world.given("bao.pem", certificate);
        let key = world.given("bao.key", key);
        let [tls, plain, cluster] = [(); 3].map(|()| free_port());
        let data = private_folder(&world.root().join("bao-data"));
        let config = format!(
            "storage \"raft\" {{ path = {data:?}\n node_id = \"one\"\n performance_multiplier = 1 }}\n\
             listener \"tcp\" {{ address = \"127.0.0.1:{tls}\"\n tls_cert_file = {certificate:?}\n tls_key_file = {key:?} }}\n\
             listener \"tcp\" {{ address = \"127.0.0.1:{plain}\"\n tls_disable = true }}\n\
             api_addr = \"https://127.0.0.1:{tls}\"\ncluster_addr = \"https://127.0.0.1:{cluster}\"\n"
        );
        let config = world.given("bao.hcl", config).display().to_string();
        let arguments = ["server".to_owned(), format!("-config={config}")];
        let mut server = Self::run(world, arguments.to_vec(), plain);
        server.address = format!("https://127.0.0.1:{tls}");
        server
    }

    /// Makes it a server that is new: with keys, an administrator, and KV version 2.
    #[track_caller]
    fn initialise(&mut self) {
        let shares = json!({ "secret_shares": 1, "secret_threshold": 1 });
        let keys = self.expect("POST", "sys/init", Some(shares));
        self.unseal = Some(text(&keys["keys_base64"][0]));
        self.root = text(&keys["root_token"]);
        self.unseal();
        let engine = json!({ "type": "kv", "options": { "version": "2" } });
        self.expect("POST", "sys/mounts/secret", Some(engine));
        self.wait_for_engine();
    }

    /// The engine makes itself ready in the background.
    #[track_caller]
    pub fn wait_for_engine(&self) {
        until("the KV engine", || {
            (self.ask("GET", "secret/config", None).0 == 200).then_some(())
        });
    }

    fn run(world: &World, arguments: Vec<String>, port: u16) -> Self {
        let folder = private_folder(&world.root().join(format!("bao-{port}")));
        Self {
            group: spawn(&folder, &arguments),
            arguments,
            folder,
            address: format!("http://127.0.0.1:{port}"),
            root: "administrator-of-this-test".to_owned(),
            port,
            unseal: None,
            authority: None,
        }
    }

    /// The world's programs keep their secrets here from now on, as its administrator.
    pub fn serve(&self, world: &World) {
        world.set_env("IGCONNECT_STORE", "openbao");
        world.set_env("BAO_ADDR", &self.address);
        world.set_env("BAO_TOKEN", &self.root);
        if let Some(authority) = &self.authority {
            world.set_env("BAO_CACERT", authority);
        }
    }

    /// Ends it as a crash does.
    pub fn kill(&mut self) {
        self.group.end();
    }

    /// Starts what was killed again, and unseals it.
    #[track_caller]
    pub fn start_again(&mut self) {
        self.group = spawn(&self.folder, &self.arguments);
        self.wait(503);
        self.unseal();
        self.wait_for_engine();
    }

    /// Puts another server in its place, with nothing in it; returns what opens a backup of the former one.
    #[track_caller]
    pub fn replace(&mut self, world: &World) -> (Option<String>, String) {
        let keys = (self.unseal.clone(), self.root.clone());
        self.kill();
        fs::remove_dir_all(world.root().join("bao-data")).expect("the data of a server");
        private_folder(&world.root().join("bao-data"));
        self.group = spawn(&self.folder, &self.arguments);
        self.wait(501);
        self.initialise();
        keys
    }

    /// Opens it with the keys of a backup that it was restored from.
    #[track_caller]
    pub fn become_former(&mut self, (unseal, root): (Option<String>, String)) {
        (self.unseal, self.root) = (unseal, root);
        self.wait(503);
        self.unseal();
        self.wait_for_engine();
    }

    /// Stops it in the middle of whatever it does, or lets it go on.
    #[track_caller]
    pub fn signal(&self, signal: rustix::process::Signal) {
        self.group.signal(signal);
    }

    /// Opens its storage.
    #[track_caller]
    pub fn unseal(&self) {
        let key = json!({ "key": self.unseal });
        self.expect("POST", "sys/unseal", Some(key));
        self.wait(200);
    }

    /// Closes its storage.
    #[track_caller]
    pub fn seal(&self) {
        self.expect("POST", "sys/seal", None);
    }

    #[track_caller]
    fn wait(&self, status: u16) {
        assert!(self.is_up(status), "the OpenBao server has ended");
    }

    /// Waits until it answers with this status; false when it has ended instead.
    #[track_caller]
    fn is_up(&self, status: u16) -> bool {
        until("the OpenBao server", || {
            if self.group.leader_has_ended() {
                return Some(false);
            }
            let health = self.try_ask(&self.root, "GET", "sys/health", None)?;
            (health.0 == status).then_some(true)
        })
    }

    /// What it says to its administrator: the status and the JSON, null where there is none.
    #[track_caller]
    pub fn ask(&self, method: &str, path: &str, json: Option<Value>) -> (u16, Value) {
        self.ask_as(&self.root, method, path, json)
    }

    /// As [`Self::ask`], with this token.
    #[track_caller]
    pub fn ask_as(
        &self,
        token: &str,
        method: &str,
        path: &str,
        json: Option<Value>,
    ) -> (u16, Value) {
        let answer = self.try_ask(token, method, path, json);
        answer.unwrap_or_else(|| panic!("no answer to {method} {path}"))
    }

    /// As [`Self::ask`], and fails unless that was a success.
    #[track_caller]
    pub fn expect(&self, method: &str, path: &str, json: Option<Value>) -> Value {
        let (status, answer) = self.ask(method, path, json);
        assert!(
            (200..300).contains(&status),
            "{method} {path}: {status} {answer}"
        );
        answer
    }

    fn try_ask(
        &self,
        token: &str,
        method: &str,
        path: &str,
        json: Option<Value>,
    ) -> Option<(u16, Value)> {
        let body = json.map(|json| json.to_string()).unwrap_or_default();
        let token = format!("X-Vault-Token: {token}\r\n");
        let reply = http::ask(self.port, &format!("{method} /v1/{path}"), &token, &body).ok()?;
        let json = serde_json::from_str(&reply.body).unwrap_or(Value::Null);
        Some((reply.status(), json))
    }

    /// The names below the folder, sorted; the sandbox's is `igconnect-sandbox`.
    #[track_caller]
    pub fn names(&self, folder: &str) -> Vec<String> {
        let (_, found) = self.ask("GET", &format!("secret/metadata/{folder}?list=true"), None);
        let keys = found["data"]["keys"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let mut names: Vec<_> = keys.iter().map(text).collect();
        names.sort();
        names
    }

    /// The secret of a name below a folder.
    #[track_caller]
    pub fn lookup(&self, folder: &str, name: &str) -> Option<String> {
        let name = name.replace('/', ".");
        let (_, found) = self.ask("GET", &format!("secret/data/{folder}/{name}"), None);
        found["data"]["data"]["secret"].as_str().map(str::to_owned)
    }

    /// Deletes a name below a folder with all its versions.
    #[track_caller]
    pub fn remove(&self, folder: &str, name: &str) {
        let name = name.replace('/', ".");
        self.expect("DELETE", &format!("secret/metadata/{folder}/{name}"), None);
    }

    /// A token with these policies, by name and text, for as long as is said; `ttl` such as `60s`.
    #[track_caller]
    pub fn token_with(&self, policies: &[(&str, &str)], ttl: &str) -> String {
        for (name, policy) in policies {
            let path = format!("sys/policies/acl/{name}");
            self.expect("POST", &path, Some(json!({ "policy": policy })));
        }
        let names: Vec<_> = policies.iter().map(|(name, _)| *name).collect();
        let wanted = json!({ "policies": names, "ttl": ttl });
        text(&self.expect("POST", "auth/token/create", Some(wanted))["auth"]["client_token"])
    }
}

/// Whatever the JSON says as text.
pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}

fn spawn(folder: &std::path::Path, arguments: &[String]) -> Group {
    let log = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("log"))
        .expect("a log");
    let mut command = Command::new(installed("bao").expect("the OpenBao server"));
    command
        .args(arguments)
        .env_clear()
        .env("HOME", folder)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a log"))
        .stderr(log);
    Group::start(&mut command).expect("the OpenBao server")
}

/// A port that is free at this moment.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}
