//! Faults planted between the checker and a server.

use std::time::Duration;

use ::conform;
use conform::Outcome;
use conform::Target;
use conform::Vendor;

use super::wrong;
use crate::support::{Engine, Server, Store};

/// Reads the token that a demo prints after its address.
pub fn demo_token(server: &mut Server) -> String {
    let token = server.process.line().strip_prefix("token: ").expect("a token").to_owned();
    assert!(server.process.line().starts_with("login: "));
    token
}

/// Plants the faults and asserts that the checks named by each report a difference, and no other check. Faults that do
/// not touch the same checks are planted together; a run without faults finds out which.
pub fn faults_are_found(surface: Vendor, faults: &[wrong::Fault]) {
    let store = Store::new(Engine::Sqlite);
    let mut server = store.serve(&["--demo"]);
    let token = demo_token(&mut server);
    let proxy = wrong::Server::start(&server.url);
    let target = Target {
        url: proxy.url.parse().expect("a URL"),
        token,
        write: faults.iter().any(|fault| fault.writes),
        timeout: Duration::from_secs(30),
    };
    let run = |faults: &[wrong::Fault]| {
        proxy.plant(faults);
        let rows = conform::run(surface, &target).expect("a server that answers").rows;
        rows.into_iter().filter(|row| matches!(row.outcome, Outcome::Differs { .. })).collect::<Vec<_>>()
    };
    assert_eq!(run(&[]).len(), 0);
    for group in wrong::separate(faults, &proxy.requested()) {
        let rows = run(&group);
        let mut found: Vec<&str> = rows.iter().map(|row| row.check).collect();
        let mut expected: Vec<&str> = group.iter().flat_map(|fault| fault.found_by).copied().collect();
        found.sort_unstable();
        expected.sort_unstable();
        let names: Vec<&str> = group.iter().map(|fault| fault.name).collect();
        assert_eq!(found, expected, "{names:?}\n{rows:#?}");
    }
    server.stop();
}
