//! Prometheus with the configuration of the guide scrapes two servers, and evaluates the alerts of `deploy/`.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::Value;

use super::client::get;
use crate::support::log::wait_for_log;
use crate::support::{Engine, PATIENCE, Process, Server, Store, root};

const GUIDE: &str = "docs/how-to/run-a-service.md";
const RULES: &str = "statuary.rules.yml";
/// The addresses of the metrics in the guide, by process.
const TARGETS: [&str; 2] = ["127.0.0.1:9091", "127.0.0.1:9092"];
/// A test does not wait for the minute that is the default.
const OFTEN: &str = "global: { scrape_interval: 1s, evaluation_interval: 1s }\n";

/// A running Prometheus.
struct Prometheus {
    url: String,
    _process: Process,
}

impl Prometheus {
    /// Starts it in a folder that has its configuration.
    fn start(folder: &Path) -> Self {
        let mut command = Command::new("prometheus");
        command.args(["--config.file=prometheus.yml", "--storage.tsdb.path=data", "--log.format=json"]);
        command.arg("--web.listen-address=127.0.0.1:0").current_dir(folder);
        let mut process = Process::start(command, "");
        let until = Instant::now() + PATIENCE;
        let address = loop {
            let line = process.err.next(until).expect("Prometheus listens");
            let line: Value = serde_json::from_str(&line).expect("JSON");
            if line["msg"] == "Listening on" {
                break line["address"].as_str().expect("an address").to_owned();
            }
        };
        Self { url: format!("http://{address}"), _process: process }
    }

    /// Asks its API until the answer is as it should be. Returns the data.
    #[track_caller]
    fn until(&self, path: &str, parameter: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let mut curl = Command::new("curl");
            curl.args(["--silent", "--show-error", "--get", &format!("{}/api/v1/{path}", self.url)]);
            let answer =
                Process::start_with_its_input(curl.args(["--data-urlencode", parameter])).end().success();
            // It answers with a text until it has read its storage.
            let data =
                serde_json::from_str(&answer).map_or(Value::Null, |mut answer: Value| answer["data"].take());
            if is_so(&data) {
                return data;
            }
            assert!(Instant::now() < until, "{path} {parameter}: {answer}");
        }
    }

    /// The values of an expression, one for each of the servers.
    #[track_caller]
    fn values(&self, expression: &str) -> Vec<String> {
        let value = |sample: &Value| sample["value"][1].as_str().expect("a number").to_owned();
        let samples = |data: &Value| data["result"].as_array().map_or_else(Vec::new, Clone::clone);
        let query = format!("query={expression}");
        let data = self.until("query", &query, |data| samples(data).len() == TARGETS.len());
        samples(&data).iter().map(value).collect()
    }
}

/// The configuration in the guide.
fn configuration() -> String {
    let guide = fs::read_to_string(root().join(GUIDE)).expect("a page");
    let block = guide.split_once("```yaml\n").expect("a configuration").1;
    block.split_once("```").expect("an end").0.to_owned()
}

fn serve(store: &Store) -> (Server, String) {
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("STATUARY_METRICS_LISTEN", "127.0.0.1:0");
    let mut server = Server::start(command);
    let log = wait_for_log(&mut server, "serving metrics");
    let address = log.trim_end().rsplit_once("address=").expect("an address").1.to_owned();
    (server, address)
}

#[test]
fn prometheus_scrapes_servers_as_the_guide_configures_it() {
    let store = Store::harbor(Engine::Postgres);
    let servers = TARGETS.map(|_| serve(&store));
    let folder = store.path("prometheus");
    fs::create_dir(&folder).expect("a folder");
    fs::copy(root().join("deploy/prometheus").join(RULES), folder.join(RULES)).expect("a file");
    let mut text = OFTEN.to_owned() + &configuration();
    for (target, (_, address)) in TARGETS.iter().zip(&servers) {
        assert!(text.contains(target), "{text}");
        text = text.replace(target, address);
    }
    fs::write(folder.join("prometheus.yml"), text).expect("a file");
    let prometheus = Prometheus::start(&folder);

    let list = |data: &Value, name: &str| data[name].as_array().map_or_else(Vec::new, Clone::clone);
    prometheus.until("targets", "state=active", |data| {
        let targets = list(data, "activeTargets");
        targets.len() == TARGETS.len() && targets.iter().all(|target| target["health"] == "up")
    });
    assert_eq!(prometheus.values("up{job=\"statuary\"}"), ["1", "1"]);
    // Both processes have the figures of the one store: nobody has reported for a while.
    let figures = get(&format!("http://{}", servers[0].1), "/metrics", None).body;
    let silent =
        figures.lines().find_map(|line| line.strip_prefix("statuary_workspaces{health=\"silent\"} "));
    assert!(silent.is_some_and(|silent| silent != "0"), "{figures}");
    assert_eq!(prometheus.values("statuary_workspaces{health=\"silent\"}"), [silent.expect("a gauge"); 2]);

    let rules = fs::read_to_string(folder.join(RULES)).expect("a file");
    let named: Vec<_> = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    let rules = |data: &Value| -> Vec<Value> {
        list(data, "groups").iter().flat_map(|group| list(group, "rules")).collect()
    };
    let groups = prometheus.until("rules", "type=alert", |data| {
        rules(data).len() == named.len() && rules(data).iter().all(|rule| rule["health"] == "ok")
    });
    for (rule, name) in rules(&groups).iter().zip(named) {
        assert_eq!(rule["name"], name);
        assert_ne!(rule["state"], "firing", "{rule}");
    }
    for (server, _) in servers {
        server.stop();
    }
}
