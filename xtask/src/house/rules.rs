//! The tables of the rules. A new crate, or an exception with its reason, is a row here.

/// Each crate, by its folder, with the crates of this repository that it may depend on.
pub const CRATES: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("db", &["base"]),
    ("domain", &["base", "db"]),
    ("messages", &["domain"]),
    ("pack", &["base", "domain", "messages"]),
    ("service", &["base", "db", "domain"]),
    ("kantata", &["base", "db", "domain", "service"]),
    ("openproject", &["base", "db", "domain", "service"]),
    ("native", &["base", "db", "domain", "messages", "pack", "service"]),
    ("mcp", &["base", "db", "domain", "service"]),
    ("oauth", &["base", "db", "domain", "service"]),
    ("scim", &["base", "db", "domain", "service"]),
    ("web", &["base", "db", "domain", "messages", "pack", "service"]),
    (
        "front",
        &[
            "base",
            "db",
            "domain",
            "service",
            "kantata",
            "openproject",
            "native",
            "mcp",
            "oauth",
            "scim",
            "web",
        ],
    ),
    ("conform", &["base"]),
    (
        "statuary",
        &[
            "base",
            "db",
            "domain",
            "pack",
            "service",
            "kantata",
            "openproject",
            "native",
            "mcp",
            "oauth",
            "scim",
            "web",
            "front",
            "conform",
        ],
    ),
    (
        "stories",
        &[
            "base",
            "db",
            "domain",
            "pack",
            "service",
            "kantata",
            "openproject",
            "native",
            "mcp",
            "oauth",
            "scim",
            "web",
            "front",
            "conform",
            "statuary",
            "macros",
        ],
    ),
    ("macros", &[]),
    (
        "fuzz",
        &[
            "base",
            "db",
            "domain",
            "service",
            "kantata",
            "openproject",
            "native",
            "mcp",
            "oauth",
            "scim",
            "web",
            "statuary",
            "stories",
        ],
    ),
    ("xtask", &[]),
    ("baselines", &["base", "db", "domain", "service", "kantata", "front", "statuary"]),
];

/// External crates that only some crates may use.
pub struct Reserved {
    /// A name stands for crates that begin with it and `-`, too: `tower` for `tower-http`.
    pub names: &'static [&'static str],
    pub for_crates: &'static [&'static str],
    /// Crates that may use them in tests.
    pub for_tests_of: &'static [&'static str],
}

pub const RESERVED: &[Reserved] = &[
    Reserved {
        names: &["rusqlite", "tokio-postgres", "deadpool-postgres"],
        // The baselines measure SQLite without this program.
        for_crates: &["db", "baselines"],
        // Their tests change a store without the program.
        for_tests_of: &["statuary", "stories"],
    },
    Reserved { names: &["askama"], for_crates: &["web"], for_tests_of: &["web"] },
    Reserved { names: &["fluent", "unic-langid"], for_crates: &["messages", "web"], for_tests_of: &["web"] },
    Reserved { names: &["krilla", "harfrust", "skrifa"], for_crates: &["pack"], for_tests_of: &["pack"] },
];

/// Crates for HTTP, pages and the command line.
const OUTSIDE: &[&str] = &["axum", "hyper", "tower", "http-body", "askama", "fluent", "clap"];

/// External crates that a crate must not use, not even in tests.
pub const FORBIDDEN: &[(&str, &[&str])] =
    &[("base", OUTSIDE), ("db", OUTSIDE), ("domain", OUTSIDE), ("domain", &["rusqlite", "tokio-postgres"])];

/// The items of `db` that surfaces may use.
pub const DB_OF_SURFACES: &[&str] = &["Db", "Conn", "List", "Scope", "Work", "WorkError"];
pub const SURFACES: &[&str] = &["kantata", "openproject", "native", "mcp", "oauth", "scim", "web"];

/// Files with `statements!` that are not stores, each with the reason.
pub const STATEMENTS: &[(&str, &str)] = &[];

pub const LINES: usize = 400;
/// Files over [`LINES`] lines, each with the reason.
pub const LONG: &[(&str, &str)] = &[];
