//! The settings file of the packages.

use std::collections::BTreeSet;
use std::fs;

use crate::support::{Engine, Store, root};

/// The keys of the file, whether they are commented out or not.
fn keys(text: &str) -> BTreeSet<&str> {
    text.lines()
        .filter_map(|line| line.trim_start_matches('#').split_once(" = "))
        .map(|(key, _)| key)
        .collect()
}

#[test]
fn the_settings_file_of_the_packages_has_every_setting() {
    let text = fs::read_to_string(root().join("deploy/statuary.toml")).expect("the settings file");
    let page = fs::read_to_string(root().join("docs/reference/settings.md")).expect("a page");
    let table = page.split("\n## ").next().expect("a table");
    let rows = table.lines().filter_map(|line| line.split('|').nth(3));
    let cells = rows.flat_map(|cell| cell.split(',')).map(|cell| cell.trim().trim_matches('`'));
    let documented: BTreeSet<&str> = cells.filter(|key| key.contains('_') || *key == "data").collect();
    assert!(documented.len() > 20, "{documented:?}");
    let keys = keys(&text);
    let missing: Vec<_> = documented.difference(&keys).collect();
    assert!(missing.is_empty(), "deploy/statuary.toml does not have {missing:?}");
}

#[test]
fn every_line_of_the_settings_file_of_the_packages_is_accepted() {
    let text = fs::read_to_string(root().join("deploy/statuary.toml")).expect("the settings file");
    let store = Store::harbor(Engine::Sqlite);
    // With every example; the test has no PostgreSQL server.
    let lines = text.lines().map(|line| match line.strip_prefix('#') {
        Some(setting) if setting.contains(" = ") && !setting.starts_with([' ', 'd']) => setting,
        _ => line,
    });
    let all = lines.collect::<Vec<_>>().join("\n");
    assert!(keys(&all).len() > 20, "{all}");
    fs::write(store.path("all.toml"), all + "\ndatabase_timeout = \"10s\"\n").expect("a file");
    store.run(&["token", "list", "--config", "all.toml"], "").success();
    fs::write(store.path("wrong.toml"), text + "\nno_such_setting = 1\n").expect("a file");
    let refused = store.run(&["token", "list", "--config", "wrong.toml"], "");
    assert_eq!(refused.code, Some(1), "{refused:?}");
}
