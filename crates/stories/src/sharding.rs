//! Accounts can be distributed over several databases: statements name the account of each table that they use, and keys
//! begin with it. The exceptions are listed here, with their reasons (`docs/explanation/scaling.md`).

use std::collections::BTreeSet;
use std::path::Path;

/// What begins with something else than the account, and why.
const OTHER_KEYS: &[(&str, &str)] = &[
    // The digest of a credential leads to its account.
    ("applications", "client_id"),
    ("grants", "code_sha256"),
    ("invitations", "sha256"),
    ("refresh_tokens", "sha256"),
    ("sessions", "sha256"),
    ("share_links", "sha256"),
    ("tokens", "sha256"),
    ("users", "email_key"),
    ("identities", "subject"),
    ("sessions", "provider_session"),
    // What is due next on this database.
    ("mails", "next_attempt_at"),
    ("webhook_endpoints", "due_at"),
    // An inverted index has no order; rows of other accounts are filtered.
    ("status_reports", "words"),
    // A fact about the database.
    ("backup_schedule", "id"),
];

/// The parts of statements that may read rows of any account, and why.
const OTHER_STATEMENTS: &[&str] = &[
    // Archives of the whole store, which the administrator of the server makes and reads.
    "id > $1 order by",
    "id in ( select cast ( value as bigint ) from json_each",
    "select min ( id ) from",
    "select coalesce ( max ( id ) , 0 ) from status_report_versions",
    "identifier in ( select cast ( value as text ) from json_each",
    "select distinct account_id from cadences where account_id > $1",
    // The ids are of the account. SQLite would look them up by another index than that of the ids.
    // A credential leads to its account.
    "where sha256 = $1",
    "where client_id = $1",
    "where email_key = $1",
    "where subject = $1 and issuer = $2",
    // The tasks of the server look for what is due on this database.
    "from webhook_endpoints where",
    "update webhook_endpoints set leased_until = null where leased_until is not null",
    "from mails where next_attempt_at < = $1",
    "from mails where leased_until is not null",
    "update mails set leased_until = null where leased_until is not null",
    "from password_requests",
    "from work_package_recalculations where account_id > $1",
    // Figures of the database.
    "select max ( at ) from events",
    "from users where administrator and active",
    "from ( select id from users limit 1 )",
    "min ( next_attempt_at ) from mails",
];

/// Words that follow a table and are no alias.
const KEYWORDS: &[&str] = &[
    "as",
    "cross",
    "except",
    "for",
    "from",
    "full",
    "group",
    "having",
    "indexed",
    "inner",
    "join",
    "left",
    "limit",
    "offset",
    "on",
    "order",
    "returning",
    "select",
    "set",
    "union",
    "using",
    "values",
    "where",
];

/// The words and signs of a SQL text. Comments are left out.
fn tokens(sql: &str) -> Vec<String> {
    let lines = sql.lines().map(|line| line.split("--").next().expect("a part"));
    let text = lines.collect::<Vec<_>>().join("\n").to_lowercase();
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_word = |one: char| one.is_alphanumeric() || matches!(one, '_' | '$' | '{' | '}');
        let length = match first {
            '\'' => rest[1..].find('\'').map_or(rest.len(), |end| end + 2),
            _ if is_word(first) => rest.find(|one| !is_word(one)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    tokens
}

/// The texts of all migrations.
fn migrations() -> Vec<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../db/migrations");
    let files = std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    files.map(|path| tokens(&std::fs::read_to_string(path).expect("a migration"))).collect()
}

/// The tables that the migrations create, with their tokens up to the end of the statement.
fn tables(migrations: &[Vec<String>]) -> Vec<(&str, &[String])> {
    let starts = migrations.iter().flat_map(|text| (2..text.len()).map(move |at| (text, at)));
    let starts = starts.filter(|(text, at)| text[at - 2..*at] == ["create", "table"]);
    starts.map(|(text, at)| (text[at].as_str(), statement(&text[at..]))).collect()
}

fn statement(text: &[String]) -> &[String] {
    &text[..text.iter().position(|token| token == ";").unwrap_or(text.len())]
}

/// The first columns of the keys and indexes of the migrations, with their tables.
fn first_columns(migrations: &[Vec<String>]) -> BTreeSet<(&str, &str)> {
    let mut found = BTreeSet::new();
    for (table, text) in tables(migrations) {
        for (at, token) in text.iter().enumerate() {
            let is_key = token == "unique" || token == "key" && text[at - 1] == "primary";
            let after = text.get(at + 1).map(String::as_str);
            if is_key && after == Some("(") {
                found.insert((table, text[at + 2].as_str()));
            } else if is_key {
                // Of a column: its name follows the last comma outside types.
                let start = text[..at].iter().rposition(|one| one == "," || one == "(").expect("a start");
                found.insert((table, text[start + 1].as_str()));
            }
        }
    }
    for text in migrations {
        for at in 0..text.len() {
            let index = statement(&text[at..]);
            let is_index =
                index.len() > 4 && index[0] == "index" && text[..at].last().is_some_and(|one| one != "alter");
            if let (true, Some(on)) = (is_index, index.iter().position(|one| one == "on")) {
                let open = index.iter().position(|one| one == "(").expect("columns");
                found.insert((index[on + 1].as_str(), index[open + 1].as_str()));
            }
        }
    }
    found
}

#[test]
fn keys_begin_with_the_account() {
    let migrations = migrations();
    let found = first_columns(&migrations);
    assert!(found.len() > 50, "{found:?}");
    let others: BTreeSet<_> = found.into_iter().filter(|(_, column)| *column != "account_id").collect();
    assert_eq!(others, OTHER_KEYS.iter().copied().collect());
}

/// The tables of a statement whose account it does not name.
fn without_account<'a>(sql: &'a [String], tables: &BTreeSet<&str>) -> Vec<&'a str> {
    let text = sql.join(" ");
    let mut missing = Vec::new();
    for (at, table) in sql.iter().enumerate().skip(1).filter(|(_, one)| tables.contains(one.as_str())) {
        let (before, after) = (sql[at - 1].as_str(), sql.get(at + 1).map_or("", String::as_str));
        let is_table = matches!(before, "from" | "join" | "update" | "into") && after != "from";
        // A table after a comma has an alias.
        let is_listed = before == "," && after.starts_with(char::is_alphabetic) && !KEYWORDS.contains(&after);
        if !is_table && !is_listed {
            continue;
        }
        let alias = match after {
            "as" => &sql[at + 2],
            _ if after.starts_with(char::is_alphabetic) && !KEYWORDS.contains(&after) => after,
            _ => table,
        };
        let own = format!("{alias} . account_id");
        let is_compared = [" =", " in", " ,", " )"].iter().any(|sign| text.contains(&format!("{own}{sign}")));
        let is_named = if before == "into" {
            let columns = sql[at..].iter().take_while(|one| *one != ")");
            columns.clone().any(|one| one == "account_id")
        } else if alias == table {
            is_compared
                || ["account_id =", "account_id in (", "( account_id ,"].iter().any(|own| text.contains(own))
        } else {
            is_compared || text.contains(&format!("= {own}"))
        };
        if !is_named {
            missing.push(table.as_str());
        }
    }
    missing
}

#[test]
fn statements_name_the_account_of_each_table() {
    let migrations = migrations();
    let have_accounts =
        tables(&migrations).into_iter().filter(|(_, text)| text.iter().any(|one| one == "account_id"));
    let tables: BTreeSet<_> = have_accounts.map(|(table, _)| table).collect();
    assert!(tables.len() > 40, "{tables:?}");
    let (mut crossing, mut used, mut count) = (Vec::new(), BTreeSet::<&&str>::new(), 0);
    for statement in domain::statements() {
        count += 1;
        let sql = tokens(statement.sql());
        let missing = without_account(&sql, &tables);
        let text = sql.join(" ");
        let excused: Vec<_> = OTHER_STATEMENTS.iter().filter(|part| text.contains(**part)).collect();
        if !missing.is_empty() && excused.is_empty() {
            crossing.push(format!("{missing:?}: {text}"));
        } else if !missing.is_empty() {
            used.extend(excused);
        }
    }
    assert!(count > 600, "{count} statements");
    assert!(crossing.is_empty(), "{}", crossing.join("\n\n"));
    let unused: Vec<_> = OTHER_STATEMENTS.iter().filter(|part| !used.contains(part)).collect();
    assert!(unused.is_empty(), "no statement needs {unused:?}");
}

#[test]
fn a_statement_that_crosses_accounts_is_found() {
    let tables = BTreeSet::from(["users", "tokens"]);
    let missing = |sql: &str| without_account(&tokens(sql), &tables).len();
    assert_eq!(missing("select id from users where account_id = $1"), 0);
    assert_eq!(missing("select id from users where id = $1"), 1);
    assert_eq!(
        missing("select u.id from users u join tokens t on t.user_id = u.id where u.account_id = $1"),
        1
    );
    let joined = "select u.id from users u join tokens t on t.account_id = u.account_id and t.user_id = u.id";
    assert_eq!(missing(&format!("{joined} where u.account_id = $1")), 0);
    assert_eq!(missing("insert into users (id, name) values ($1, $2)"), 1);
    assert_eq!(missing("delete from users where id = $1"), 1);
}
