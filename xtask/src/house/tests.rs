//! A breach of each rule, planted in a small repository.

use tempfile::TempDir;

use super::breach::Breach;
use super::{circles, comments, edges, imports, size, sources};
use crate::cargo::cargo;

/// A repository with these files.
fn repository(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// A workspace of crates with these dependencies.
fn workspace(crates: &[(&str, &str)]) -> TempDir {
    let mut files = vec![(
        "Cargo.toml".to_owned(),
        "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"3\"\n".to_owned(),
    )];
    for (name, dependencies) in crates {
        let manifest = format!(
            "[package]\nname = \"statuary-{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n{dependencies}"
        );
        files.push((format!("crates/{name}/Cargo.toml"), manifest));
        files.push((format!("crates/{name}/src/lib.rs"), String::new()));
    }
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    repository(&files)
}

/// The breaches as they are printed.
fn described(breaches: &[Breach]) -> Vec<String> {
    breaches.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn edges_of(crates: &[(&str, &str)]) -> Vec<String> {
    described(&edges::breaches(workspace(crates).path(), cargo).unwrap())
}

#[test]
fn an_edge_that_is_not_in_the_table_is_named_with_its_line() {
    let base = ("base", "");
    let service = ("service", "[dependencies]\nstatuary-base = { path = \"../base\" }\n");
    assert!(edges_of(&[base, service]).is_empty());

    let domain = "[dependencies]\nstatuary-base = { path = \"../base\" }\nstatuary-service = { path = \"../service\" }\n";
    let found = edges_of(&[base, service, ("domain", domain)]);
    assert_eq!(
        found,
        ["crates/domain/Cargo.toml:8: domain must not depend on service; it may depend on: base, db"]
    );

    let conform = "[dependencies.statuary-service]\npath = \"../service\"\n";
    let found = edges_of(&[base, service, ("conform", conform)]);
    assert_eq!(
        found,
        ["crates/conform/Cargo.toml:6: conform must not depend on service; it may depend on: base"]
    );

    let found = edges_of(&[("extra", "")]);
    assert_eq!(found, ["crates/extra/Cargo.toml:1: the crate extra has no row in the table of crates"]);
}

#[test]
fn forbidden_external_crates_are_named_with_their_line() {
    let domain = "[dependencies]\nserde = \"1\"\ntower-http = \"0\"\n\n[dev-dependencies]\naxum = { version = \"0\" }\n";
    assert_eq!(
        edges_of(&[("domain", domain)]),
        [
            "crates/domain/Cargo.toml:8: domain must not depend on tower-http",
            "crates/domain/Cargo.toml:11: domain must not depend on axum"
        ]
    );
    let native = "[dependencies]\nrusqlite = \"0\"\nfluent-bundle = \"0\"\n";
    assert_eq!(
        edges_of(&[("native", native)]),
        [
            "crates/native/Cargo.toml:7: only db and baselines may depend on rusqlite",
            "crates/native/Cargo.toml:8: only messages and web may depend on fluent-bundle"
        ]
    );
    assert!(edges_of(&[("db", "[dependencies]\nrusqlite = \"0\"\n")]).is_empty());
    assert!(edges_of(&[("stories", "[dev-dependencies]\nrusqlite = \"0\"\n")]).is_empty());
    assert_eq!(edges_of(&[("stories", "[dependencies]\nrusqlite = \"0\"\n")]).len(), 1);
}

fn imports_of(files: &[(&str, &str)]) -> Vec<String> {
    let repository = repository(files);
    described(&imports::breaches(
        &sources::read(repository.path()).unwrap(),
        &[("crates/base/src/odd.rs", "a reason")],
    ))
}

#[test]
fn rules_that_name_the_database_are_named() {
    let mod_rs = "crates/domain/src/users/mod.rs";
    for (text, line) in [
        ("//! db::Conn\n\nuse db::Conn;", 3),
        ("use std::fmt;\nuse {base::Time, db::{self, Conn as C}};", 2),
        ("fn f() {}\nfn g(conn: &mut crate::db::Conn) {}", 2),
        ("fn f() -> Vec<db::Value> { \"use db::Conn\" }", 1),
    ] {
        let found = imports_of(&[(mod_rs, text)]);
        assert_eq!(
            found,
            [format!("{mod_rs}:{line}: mod.rs of a domain module names db; SQL belongs in store.rs")],
            "{text}"
        );
    }
    assert!(
        imports_of(&[
            (mod_rs, "use base::Time; // db::Conn"),
            ("crates/domain/src/users/store.rs", "use db::Conn;")
        ])
        .is_empty()
    );
}

#[test]
fn statements_outside_of_stores_are_named() {
    let text = "use db::statements;\n\nstatements! {\n    A = \"select 1\";\n}\n";
    let found = imports_of(&[("crates/domain/src/users/rules.rs", text)]);
    assert_eq!(
        found,
        [
            "crates/domain/src/users/rules.rs:3: statements! is allowed in stores (store.rs, store/) and in db only"
        ]
    );
    let by_path = [("crates/domain/src/users/rules.rs", "db::statements! {}")];
    assert_eq!(imports_of(&by_path).len(), 1);
    for path in [
        "crates/domain/src/users/store.rs",
        "crates/oauth/src/store/grants.rs",
        "crates/db/src/migrate.rs",
        "crates/base/src/odd.rs",
    ] {
        assert!(imports_of(&[(path, text)]).is_empty(), "{path}");
    }
}

#[test]
fn items_of_the_database_that_surfaces_must_not_use_are_named() {
    let file = "crates/kantata/src/users.rs";
    assert!(imports_of(&[(file, "use db::{Conn, Db, Scope};")]).is_empty());
    let found = imports_of(&[(file, "use db::{\n    Db,\n    Value,\n};")]);
    let allowed = super::rules::DB_OF_SURFACES.join(", ");
    assert_eq!(found, [format!("{file}:3: a surface uses db::Value; of db it may use: {allowed}")]);
}

fn circles_of(files: &[(&str, &str)]) -> Vec<String> {
    let repository = repository(files);
    described(&circles::breaches(&sources::read(repository.path()).unwrap()))
}

const LIB: (&str, &str) = ("crates/base/src/lib.rs", "mod a;\nmod b;\nmod c;\npub use c::C;\n");
const A: &str = "crates/base/src/a.rs";
const B: &str = "crates/base/src/b.rs";
const C: (&str, &str) = ("crates/base/src/c.rs", "pub struct C;\npub fn c() {}\n");

#[test]
fn a_circle_of_files_is_named_with_the_line_of_each_edge() {
    // However an item is named.
    for (in_b, line, path) in [
        ("use crate::a::f;", 1, "crate::a::f"),
        ("use std::fmt;\nuse crate::{c::C, a::{self, f as g}};", 2, "crate::a::f"),
        ("use super::a::*;", 1, "super::a"),
        ("fn g() {\n    crate::a::f();\n}", 2, "crate::a::f"),
        ("use crate::a;\n\nfn g() {\n    a::f();\n}", 4, "a::f"),
        ("#[serde(with = \"crate::a\")]\nstruct B;", 1, "crate::a"),
    ] {
        let found =
            circles_of(&[LIB, C, (A, "use super::c::C;\nuse super::b::g;\npub fn f() {}\n"), (B, in_b)]);
        let expected = format!(
            "{A}:2: a circle of files:\n    {A}:2 uses {B} (super::b::g)\n    {B}:{line} uses {A} ({path})"
        );
        assert_eq!(found, [expected], "{in_b}");
    }
}

#[test]
fn longer_circles_and_those_of_a_folder_are_named() {
    let found = circles_of(&[
        LIB,
        (A, "use crate::b::b;\npub fn a() {}"),
        (B, "use crate::c::c;\npub fn b() {}"),
        ("crates/base/src/c.rs", "\npub fn c() { crate::a::a(); }"),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].lines().count(), 4, "{found:?}");

    // A parent that uses its child, which uses the parent's own item.
    let child = "crates/base/src/a/child.rs";
    let found = circles_of(&[
        LIB,
        C,
        (
            "crates/base/src/a/mod.rs",
            "mod child;\n\npub struct Row;\n\npub fn rows() -> Vec<Row> { child::rows() }",
        ),
        (child, "use super::Row;\n\npub fn rows() -> Vec<Row> { Vec::new() }"),
        (B, ""),
    ]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("a/mod.rs:5 uses crates/base/src/a/child.rs (child::rows)"), "{found:?}");
    assert!(found[0].contains("a/child.rs:1 uses crates/base/src/a/mod.rs (super::Row)"), "{found:?}");
}

#[test]
fn declarations_exports_and_tests_make_no_circle() {
    // A name that is exported again is in the file that has it.
    assert!(circles_of(&[LIB, C, (A, "use crate::C;"), (B, "use crate::c::C;")]).is_empty());
    let found = circles_of(&[
        LIB,
        C,
        ("crates/base/src/a/mod.rs", "mod row;\nmod rows;\n\npub use row::Row;\npub use rows::*;\n"),
        ("crates/base/src/a/row.rs", "pub struct Row;"),
        ("crates/base/src/a/rows.rs", "use super::Row;\n\npub struct Rows(Vec<Row>);"),
        (B, "use super::a::Rows;\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n    use crate::d::D;\n}\n"),
    ]);
    assert!(found.is_empty(), "{found:?}");
    let with_tests = circles_of(&[
        ("crates/base/src/lib.rs", "pub fn f() {}\n\n#[cfg(test)]\nmod tests;\n"),
        ("crates/base/src/tests/mod.rs", "mod a;\nuse super::f;\nuse crate::f as g;\n"),
        ("crates/base/src/tests/a.rs", "use crate::f;"),
    ]);
    assert!(with_tests.is_empty(), "{with_tests:?}");
}

#[test]
fn circles_of_tests_and_tools_are_named() {
    let support = "pub mod says;\npub struct Store;\npub use says::says;\n";
    let files = [
        ("crates/statuary/tests/outside/main.rs", "mod support;\n"),
        ("crates/statuary/tests/outside/support/mod.rs", support),
        ("crates/statuary/tests/outside/support/says.rs", "use crate::support::Store;\npub fn says() {}\n"),
    ];
    assert_eq!(circles_of(&files).len(), 1);
    let files = [
        ("xtask/src/main.rs", "mod test;\nmod instructions;\nfn main() { test::run() }\n"),
        ("xtask/src/test.rs", "pub fn run() { crate::instructions::run() }\npub fn cargo() {}\n"),
        ("xtask/src/instructions.rs", "use crate::test::cargo;\npub fn run() {}\n"),
    ];
    assert_eq!(circles_of(&files).len(), 1);
}

#[test]
fn a_file_that_no_target_has_is_named() {
    let lib = (
        "crates/base/src/lib.rs",
        "mod a { mod inner; }\n#[path = \"odd/b.rs\"]\nmod b;\n#[cfg(test)]\nmod tests;\n",
    );
    let files = [
        "crates/base/src/a/inner.rs",
        "crates/base/src/odd/b.rs",
        "crates/base/src/tests.rs",
        "xtask/src/main.rs",
    ];
    let files: Vec<_> = files.iter().map(|path| (*path, "")).chain([lib, (A, "")]).collect();
    assert_eq!(circles_of(&files), [format!("{A}:1: no target has a module for this file")]);
}

#[test]
fn a_long_file_is_named() {
    let (long, enough) = ("\n".repeat(401), "\n".repeat(400));
    let repository = repository(&[(A, &long), (B, &enough), (LIB.0, &long)]);
    let sources = sources::read(repository.path()).unwrap();
    let found = described(&size::breaches(&sources, &[(A, "a table"), (B, "it was long")]));
    assert_eq!(
        found,
        [
            format!("{}:401: 401 lines; a file has at most 400", LIB.0),
            format!("{B}:1: it is in the list of long files and is not long")
        ]
    );
}

fn citations_of(text: &str) -> Vec<String> {
    let page = "# Kantata OX\n\n## Who may do what?\n\n<a id=\"old\"></a>\n```\n# no heading\n```\n## `a` and [b](c)\n## Twice\n## Twice\n";
    let repository = repository(&[("docs/contracts/kantata.md", page), (A, text)]);
    let sources = sources::read(repository.path()).unwrap();
    described(&comments::breaches(repository.path(), &sources))
}

#[test]
fn a_comment_that_cites_a_missing_document_or_section_is_named() {
    for there in [
        "/// See `docs/contracts/kantata.md#who-may-do-what`.",
        "// docs/contracts/kantata.md#old, docs/contracts/kantata.md#a-and-b.",
        "//! [paging](../../docs/contracts/kantata.md#twice-1)",
        "// docs/contracts/ holds them.",
        "// https://www.postgresql.org/docs/current/errcodes-appendix.html",
        "// RFC 9110, section 8.8.3",
        "// The first section is about 9 things; a decision of 19 people.",
        "const TEXT: &str = \"docs/nowhere.md, section a.9\";",
        "// Section 3 of\n// docs/contracts/kantata.md",
    ] {
        assert!(citations_of(there).is_empty(), "{:?}", citations_of(there));
    }
    for (text, line, says) in [
        ("\n// docs/nowhere.md has it.", 2, "docs/nowhere.md does not exist"),
        ("/*\n docs/contracts/kantata.md#new\n*/", 2, "docs/contracts/kantata.md has no section #new"),
        (
            "// docs/contracts/kantata.md#no-heading",
            1,
            "docs/contracts/kantata.md has no section #no-heading",
        ),
        (
            "fn f() {} // contract, section a.9",
            1,
            "`section a.9` names no document; cite docs/PAGE.md#ANCHOR",
        ),
        ("/// As decided (Decision 19).", 1, "`Decision 19` names no document; cite docs/PAGE.md#ANCHOR"),
    ] {
        assert_eq!(citations_of(text), [format!("{A}:{line}: {says}")]);
    }
}
