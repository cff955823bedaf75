//! Metrics on an address of their own, and on the server's.

use rstest::rstest;

use super::client::{assert_fails, connect, get};
use crate::support::log::wait_for_log;
use crate::support::{Engine, Server, Store};

#[rstest]
fn metrics_are_served_on_their_own_address_if_configured(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(false, true)] is_in_file: bool,
) {
    let store = Store::harbor(engine);
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    if is_in_file {
        std::fs::write(store.path("own.toml"), "metrics_listen = '127.0.0.1:0'\n").expect("a file");
        command.env("STATUARY_CONFIG", "own.toml");
    } else {
        command.env("STATUARY_METRICS_LISTEN", "127.0.0.1:0");
    }
    let mut server = Server::start(command);
    let said = wait_for_log(&mut server, "serving metrics");
    let address = said.trim_end().rsplit_once("address=").expect("an address").1;
    let own = format!("http://{address}");
    assert_ne!(own, server.url);
    assert_eq!(get(&server.url, "/metrics", None).status, 404);
    assert_eq!(get(&server.url, "/api/v1/users", Some("ada")).status, 200);
    let figures = get(&own, "/metrics", None);
    assert_eq!(figures.status, 200);
    assert!(figures.head.contains("content-type: text/plain; version=0.0.4\r\n"), "{}", figures.head);
    assert!(figures.body.contains("route=\"/api/v1/users\",status=\"2xx\",surface=\"kantata\"} 1\n"));
    for path in ["/", "/healthz", "/api/v1/users"] {
        assert_eq!(get(&own, path, Some("ada")).status, 404, "{path}");
    }
    server.stop();
}

#[test]
fn metrics_are_served_on_the_servers_address_by_default_and_count_its_connections() {
    let store = Store::harbor(Engine::Sqlite);
    let server = store.serve(&[]);
    let silent = connect(&server.url);
    // Connections are accepted in order.
    let figures = get(&server.url, "/metrics", None).body;
    assert!(figures.contains("\nstatuary_http_connections 2\n"), "{figures}");
    drop(silent);
    server.stop();
}

#[test]
fn a_metrics_address_in_use_is_an_error() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("an address");
    let address = taken.local_addr().expect("an address").to_string();
    let store = Store::harbor(Engine::Sqlite);
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--metrics-listen", &address];
    assert_fails(&store.run(&arguments, ""), &address);
}
