//! Three servers on one PostgreSQL database: what one of them writes, ends or changes counts in the others at once, and all of them
//! answer as a single server does. Webhooks and mails of several servers are tested with their deliveries.

mod agreement;
mod ended;
mod pooled;

use serde_json::{Value, json};

use crate::commands::client::{Answer, get, send};
use crate::support::{Engine, Server, Store};

const SERVERS: usize = 3;

/// What is compared between servers, as the administrator and the lead of the harbor read it.
const READS: [&str; 22] = [
    "/api/v1/status_reports?per_page=200&include=creator,workspace,external_references",
    "/api/v1/workspaces?include=current_status_report",
    "/api/v1/workspace_status_changes?workspace_id=53760&per_page=200",
    "/api/v1/users",
    "/api/v1/participations?workspace_id=53760",
    "/api/v1/external_references?subject_type=Workspace&subject_id=53760",
    "/api/v1/subscribed_events?per_page=200",
    "/api/v3/projects",
    "/api/v3/statuses",
    "/api/v3/work_packages",
    "/api/v3/users/me",
    "/api/statuary/v1/me",
    "/api/statuary/v1/me/inbox",
    "/api/statuary/v1/account",
    "/api/statuary/v1/users",
    "/api/statuary/v1/portfolio",
    "/api/statuary/v1/workspaces",
    "/api/statuary/v1/status_reports",
    "/api/statuary/v1/workspaces/53760/status_changes",
    "/api/statuary/v1/reporting_desk",
    "/api/statuary/v1/calendar",
    "/api/statuary/v1/events?after=0&limit=200",
];

/// The servers and their database.
struct Servers {
    store: Store,
    servers: Vec<Server>,
}

impl Servers {
    /// Three servers on the harbor.
    fn start() -> Self {
        let store = Store::harbor(Engine::Postgres);
        let servers = (0..SERVERS).map(|_| serve(&store)).collect();
        Self { store, servers }
    }

    /// The address of a server; numbers begin again after the last one.
    fn url(&self, number: usize) -> &str {
        &self.servers[number % self.servers.len()].url
    }

    /// The addresses of all servers.
    fn urls(&self) -> Vec<&str> {
        self.servers.iter().map(|server| server.url.as_str()).collect()
    }

    /// The responses to all of [`READS`] with a token, which must be the same on every server.
    #[track_caller]
    fn reads(&self, token: &str) -> Vec<(u16, String)> {
        let mut all = self.servers.iter().map(|server| reads(server, token));
        let first = all.next().expect("a server");
        for others in all {
            for ((path, one), other) in READS.iter().zip(&first).zip(&others) {
                assert_eq!(one, other, "{path}");
            }
        }
        first
    }

    /// Stops the servers, and asserts that a single new one gives the same responses to all reads.
    #[track_caller]
    fn assert_like_a_single_one(self) {
        let shown = ["root", "ada"].map(|token| self.reads(token));
        for server in self.servers {
            server.stop();
        }
        let single = serve(&self.store);
        for (token, shown) in ["root", "ada"].iter().zip(shown) {
            for ((path, one), other) in READS.iter().zip(&shown).zip(&reads(&single, token)) {
                assert_eq!(one, other, "{path}");
            }
        }
        single.stop();
        self.store.run(&["verify"], "").success();
    }
}

fn serve(store: &Store) -> Server {
    serve_at(store, &store.database_url().expect("a database"))
}

/// A server with another URL of the database.
fn serve_at(store: &Store, url: &str) -> Server {
    let mut command = store.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("STATUARY_DATABASE_URL", url);
    // The tests send more requests than people do.
    for limit in ["STATUARY_RATE_LIMIT", "STATUARY_ADDRESS_LIMIT", "STATUARY_LOGIN_LIMIT"] {
        command.env(limit, "0");
    }
    Server::start(command)
}

/// The responses of a server, without its address.
#[track_caller]
fn reads(server: &Server, token: &str) -> Vec<(u16, String)> {
    let read = |path: &&str| {
        let answer = get(&server.url, path, Some(token));
        // An administrator may read everything.
        assert!(answer.status == 200 || token != "root" && answer.status < 500, "{path}: {answer:?}");
        if answer.status != 200 {
            // An error has an id of its own.
            return (answer.status, String::new());
        }
        let tag = header(&answer, "etag").unwrap_or_default().to_owned();
        (answer.status, format!("{tag}\n{}", answer.body.replace(&server.url, "http://here")))
    };
    READS.iter().map(read).collect()
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// Sends JSON with a token and further headers.
#[track_caller]
fn write(url: &str, (method, path): (&str, &str), token: &str, headers: &str, body: &Value) -> Answer {
    let headers = format!("authorization: Bearer {token}\r\ncontent-type: application/json\r\n{headers}");
    send(url, method, path, &headers, &body.to_string())
}

/// Sends a form.
#[track_caller]
fn submit(url: &str, path: &str, headers: &str, form: &str) -> Answer {
    send(url, "POST", path, &format!("{headers}content-type: application/x-www-form-urlencoded\r\n"), form)
}

/// The hidden field against forged requests of a page.
#[track_caller]
fn csrf(page: &Answer) -> &str {
    let field = page.body.split_once("name=\"csrf\" value=\"").unwrap_or_else(|| panic!("{page:?}")).1;
    field.split('"').next().expect("a value")
}

/// Publishes a report. Returns its id.
#[track_caller]
fn report(url: &str, text: &str) -> i64 {
    let path = "/api/statuary/v1/workspaces/53760/status_reports";
    let body = json!({ "color": "green", "description": text });
    let answer = write(url, ("POST", path), "ada", "", &body);
    assert_eq!(answer.status, 201, "{answer:?}");
    let body: Value = serde_json::from_str(&answer.body).expect("JSON");
    body["id"].as_i64().expect("an id")
}
