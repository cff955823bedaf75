//! The throw-away certificate authority of `docs/how-to/hard-coded-host.md`, made by the commands of the recipe.

use std::path::PathBuf;
use std::process::Command;

use super::paths::root;
use super::process::Process;
use super::store::Store;

/// The only host name in its certificates.
pub const HOST: &str = "api.mavenlink.com";

/// The paths of the authority's certificate, and of a certificate for [`HOST`] with its key.
pub struct Authority {
    pub ca: String,
    pub cert: String,
    pub key: String,
}

impl Authority {
    /// Makes an authority in a folder of a store.
    pub fn new(store: &Store, folder: &str) -> Self {
        Self::of(store, folder, HOST)
    }

    /// Makes an authority with a certificate for another host.
    pub fn of(store: &Store, folder: &str, host: &str) -> Self {
        let folder = store.path(folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let mut bash = Command::new("bash");
        bash.args(["-e", "-c", &commands().replace(HOST, host)]).current_dir(&folder);
        Process::start(bash, "").end().success();
        assert!(!folder.join("ca.key").exists(), "nobody can sign with it any more");
        let path = |name: &str| folder.join(name).display().to_string();
        Self { ca: path("ca.crt"), cert: path("server.crt"), key: path("server.key") }
    }

    /// The options of `serve` for TLS.
    pub fn options(&self) -> [&str; 4] {
        ["--tls-cert", &self.cert, "--tls-key", &self.key]
    }
}

/// The first shell commands of the recipe.
fn commands() -> String {
    let path: PathBuf = root().join("docs/how-to/hard-coded-host.md");
    let recipe = std::fs::read_to_string(path).expect("the recipe");
    let block = recipe.split("```").nth(1).and_then(|block| block.strip_prefix("sh\n"));
    block.filter(|block| block.starts_with("openssl ")).expect("commands").to_owned()
}
