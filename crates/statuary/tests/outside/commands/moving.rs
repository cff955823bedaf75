//! Moving in: a server as the source, and a store of either engine that gets its records.

use std::collections::BTreeMap;
use std::fs;

use rstest::rstest;
use serde_json::{Value, json};

use super::client::{export, get, records, send};
use crate::conform::wrong::{self, Fault, RecordedRequest};
use crate::support::{Ended, Engine, Process, Server, Store};

/// A demo server that fails as its rules say, and its administrator's token.
fn source(store: &Store, rules: &str) -> (Server, String) {
    fs::write(store.path("faults.toml"), rules).expect("a file");
    let faults = store.path("faults.toml").display().to_string();
    let mut server = store.serve(&["--demo", "--faults", &faults]);
    let line = server.process.line();
    let token = line.strip_prefix("token: ").unwrap_or_else(|| panic!("{line:?}")).to_owned();
    assert!(server.process.line().starts_with("login: "));
    (server, token)
}

/// An import from a server, with the token in the environment.
fn import(store: &Store, from: &str, (server, token): &(Server, String)) -> Process {
    let mut command = store.command(&["-v", "import", "--from", from, "--url", &server.url]);
    command.env("STATUARY_IMPORT_TOKEN", token);
    Process::start(command, "")
}

/// The table that an import prints, by kind: new, changed, unchanged, refused.
fn table(ended: Ended) -> BTreeMap<String, [u64; 4]> {
    let out = ended.success();
    let row = |line: &str| {
        let mut cells = line.split_whitespace();
        let kind = cells.next()?.to_owned();
        let numbers: Vec<u64> = cells.map_while(|cell| cell.parse().ok()).collect();
        Some((kind, <[u64; 4]>::try_from(numbers).ok()?))
    };
    assert_eq!(
        out.contains("nothing changed"),
        out.lines().filter_map(row).all(|(_, [new, changed, ..])| new + changed == 0),
        "{out}"
    );
    out.lines().filter_map(row).collect()
}

/// The records of a kind, each with what `about` makes of it, in an order that does not depend on ids.
fn compared(archive: &str, kind: &str, about: impl Fn(&Value) -> Value) -> Vec<String> {
    let mut texts: Vec<String> = records(archive, kind).iter().map(|one| about(one).to_string()).collect();
    texts.sort();
    texts
}

/// The values of a record without its ids, with times in whole seconds, which is all that the APIs have of them.
fn values(record: &Value, without: &[&str]) -> Value {
    let members = record.as_object().expect("an object").iter();
    let members = members.filter(|(name, value)| {
        !value.is_null()
            && *value != ""
            && name.as_str() != "id"
            && !name.ends_with("_id")
            && !without.contains(&name.as_str())
    });
    let second = |value: &Value| match value.as_str() {
        Some(text) if text.len() > 20 && text.ends_with('Z') && text.as_bytes()[19] == b'.' => {
            json!(format!("{}Z", &text[..19]))
        }
        _ => value.clone(),
    };
    Value::Object(members.map(|(name, value)| (name.clone(), second(value))).collect())
}

/// The names of records by their ids.
fn names(archive: &str, kind: &str, name: &str) -> BTreeMap<i64, Value> {
    let id = |record: &Value| record["id"].as_i64().expect("an id");
    records(archive, kind).iter().map(|record| (id(record), record[name].clone())).collect()
}

/// What both APIs have: the records with the names of the records to which they refer.
fn everything(archive: &str, without: &[&str]) -> BTreeMap<&'static str, Vec<String>> {
    let people = names(archive, "user", "email_address");
    let workspaces = names(archive, "workspace", "title");
    let reports = names(archive, "status_report", "description");
    let statuses = names(archive, "status", "name");
    let packages = names(archive, "work_package", "subject");
    let named = |record: &Value, of: &BTreeMap<i64, Value>, id: &str| {
        record[id].as_i64().and_then(|id| of.get(&id).cloned()).unwrap_or_default()
    };
    let mut all = BTreeMap::new();
    let kinds = [
        "workspace",
        "participation",
        "status_report",
        "workspace_status_change",
        "external_reference",
        "status",
        "work_package",
        "work_package_activity",
    ];
    for kind in kinds {
        let about = |record: &Value| {
            let subject = if record["subject_type"] == "Workspace" { &workspaces } else { &reports };
            let mut about = vec![values(record, without), named(record, subject, "subject_id")];
            about.extend(
                ["creator_id", "updater_id", "user_id", "author_id", "assignee_id", "responsible_id"]
                    .map(|id| named(record, &people, id)),
            );
            about.extend([named(record, &workspaces, "workspace_id"), named(record, &statuses, "status_id")]);
            about.extend(["parent_id", "work_package_id"].map(|id| named(record, &packages, id)));
            json!(about)
        };
        all.insert(kind, compared(archive, kind, about));
    }
    all
}

fn assert_same(theirs: &str, ours: &str, kinds: &[&str], without: &[&str]) {
    let (theirs, ours) = (everything(theirs, without), everything(ours, without));
    for kind in kinds {
        assert!(!theirs[kind].is_empty(), "the source has no {kind}");
        assert_eq!(theirs[kind], ours[kind], "{kind}");
    }
}

#[track_caller]
fn write(source: &(Server, String), method: &str, path: &str, body: &Value) -> Value {
    let headers = format!(
        "authorization: Bearer {}\r\ncontent-type: application/json\r\nx-statuary-fault: ok\r\n",
        source.1
    );
    send(&source.0.url, method, path, &headers, &body.to_string()).json()
}

const FAULTS: &str = "
    [[rule]]\npath = '/api/v1/workspace_status_changes'
    script = ['ok', '503', '429,retry-after=0', 'cut', 'ok', 'cut-body', '504']
    [[rule]]\npath = '/api/v1/status_reports'\nscript = ['503,retry-after=600']
    [[rule]]\npath = '/api/v3/work_packages'\nscript = ['429,retry-after=0', 'cut-body']";

#[rstest]
fn everything_comes_from_kantatas_api_also_after_a_kill_and_only_changes_come_again(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    const KINDS: [&str; 5] =
        ["workspace", "participation", "status_report", "workspace_status_change", "external_reference"];
    // Kantata has no project status, and names the lead that follows from a rule.
    const WITHOUT: [&str; 4] = ["project_status", "status_explanation", "identifier", "reason"];
    let (there, here) = (Store::new(Engine::Sqlite), Store::new(engine));
    let source = source(&there, FAULTS);
    let report = get(&source.0.url, "/api/v1/workspaces", Some(&source.1)).json();
    let workspace = report["results"][0]["id"].as_str().expect("a workspace").to_owned();
    let reference = json!({"external_reference": {"subject_type": "Workspace", "subject_id": workspace,
        "service_name": "jira", "service_model": "Project", "service_model_ref": "HARB", "status": "successful"}});
    write(&source, "POST", "/api/v1/external_references/create_or_update", &reference);

    let mut killed = import(&here, "kantata", &source);
    loop {
        let line = killed.err.next(std::time::Instant::now() + crate::support::PATIENCE).expect("a line");
        assert!(!line.contains(&source.1), "{line}");
        if line.contains("again in 600s") {
            break;
        }
    }
    killed.signal("KILL");
    assert_eq!(killed.end().code, None);

    let rest = import(&here, "kantata", &source).end();
    assert!(rest.err.contains("went on"), "{}", rest.err);
    let rest = table(rest);
    assert_eq!(rest["workspace"][0], 0, "{rest:?}");
    assert!(rest["status_report"][0] > 0 && !rest.contains_key("workspace_status_change"), "{rest:?}");
    assert_same(&export(&there), &export(&here), &KINDS, &WITHOUT);

    let before = export(&here);
    let again = table(import(&here, "kantata", &source).end());
    assert!(again.values().all(|[new, changed, _, refused]| new + changed + refused == 0), "{again:?}");
    assert_eq!(export(&here), before);

    let path = |id: &str| format!("/api/v1/workspaces/{id}");
    write(
        &source,
        "PUT",
        &path(&workspace),
        &json!({"workspace": {"status_key": 545, "title": "Another title"}}),
    );
    let reports = get(&source.0.url, "/api/v1/status_reports", Some(&source.1)).json();
    let report = reports["results"][0]["id"].as_str().expect("a report").to_owned();
    let change = json!({"status_report": {"color": "red", "description": "It is worse", "details": []}});
    write(&source, "PUT", &format!("/api/v1/status_reports/{report}"), &change);
    let changed = table(import(&here, "kantata", &source).end());
    assert_eq!(changed["workspace"][..2], [0, 1], "{changed:?}");
    assert_eq!(changed["status_report"][..2], [0, 1], "{changed:?}");
    assert_eq!(changed["workspace_status_change"][..2], [1, 0], "{changed:?}");
    assert_same(&export(&there), &export(&here), &KINDS, &WITHOUT);
    here.run(&["verify"], "").success();
    source.0.stop();
}

#[rstest]
fn projects_and_work_packages_come_from_openprojects_api_and_only_changes_come_again(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    const KINDS: [&str; 3] = ["workspace", "work_package", "work_package_activity"];
    let (there, here) = (Store::new(Engine::Sqlite), Store::new(engine));
    let source = source(&there, FAULTS);
    let packages = get(&source.0.url, "/api/v3/work_packages?pageSize=1000", Some(&source.1));
    assert_eq!(packages.status, 429);
    table(import(&here, "openproject", &source).end());
    // OpenProject has no status keys, and its projects have no dates and no creator.
    let without = ["status_key", "start_date", "due_date", "identifier", "lock_version", "position"];
    let of_both = |archive: &str| {
        let mut all = everything(archive, &without);
        for text in all.get_mut("workspace").expect("workspaces") {
            let mut about: Vec<Value> = serde_json::from_str(text).expect("JSON");
            about.truncate(1);
            *text = json!(about).to_string();
        }
        all
    };
    let compare = || {
        let (theirs, ours) = (of_both(&export(&there)), of_both(&export(&here)));
        for kind in KINDS {
            assert!(!theirs[kind].is_empty(), "the source has no {kind}");
            // A status whose name the account has in other letters is that one.
            let folded = |texts: &[String]| {
                let mut texts: Vec<_> = texts.iter().map(|text| text.to_lowercase()).collect();
                texts.sort();
                texts
            };
            assert_eq!(folded(&theirs[kind]), folded(&ours[kind]), "{kind}");
        }
    };
    compare();
    let before = export(&here);
    let again = import(&here, "openproject", &source).end();
    // The source has no memberships.
    assert!(again.out.contains("refused: participation 0: memberships may not be read"), "{}", again.out);
    let again = table(again);
    assert!(again.values().all(|[new, changed, ..]| new + changed == 0), "{again:?}");
    assert_eq!(again.values().map(|[.., refused]| refused).sum::<u64>(), 1, "{again:?}");
    assert_eq!(export(&here), before);

    // A work package below one that comes after it.
    let all = records(&export(&there), "work_package");
    let (child, parent) = all
        .iter()
        .flat_map(|one| all.iter().map(move |other| (one, other)))
        .find(|(one, other)| {
            let is_root = other["parent_id"].is_null() && other["type_id"] != 2;
            let is_later = one["id"].as_i64() < other["id"].as_i64();
            let is_leaf = all.iter().all(|below| below["parent_id"] != one["id"]);
            one["workspace_id"] == other["workspace_id"] && is_root && is_later && is_leaf
        })
        .expect("two work packages of a project");
    let path = format!("/api/v3/work_packages/{}", child["id"]);
    let parent = format!("/api/v3/work_packages/{}", parent["id"]);
    let body = json!({"lockVersion": child["lock_version"], "_links": {"parent": {"href": parent}}});
    write(&source, "PATCH", &path, &body);
    let changed = table(import(&here, "openproject", &source).end());
    assert_eq!(changed["work_package"][..2], [0, 1], "{changed:?}");
    assert_eq!(changed["work_package_activity"][..2], [1, 0], "{changed:?}");
    compare();
    here.run(&["verify"], "").success();
    source.0.stop();
}

/// What a server with memberships answers: ada manages a project, bo writes in it, and root has a role of its own.
const MEMBERSHIPS: &str = r#"{"_type": "Collection", "total": 4, "count": 4, "pageSize": 200, "offset": 1, "_embedded": {"elements": [
    {"_type": "Membership", "id": 1, "_links": {"project": {"href": "/api/v3/projects/53760"},
        "principal": {"href": "/api/v3/users/2545"}, "roles": [{"title": "Project admin"}, {"title": "Reader"}]}},
    {"_type": "Membership", "id": 2, "_links": {"project": {"href": "/api/v3/projects/53760"},
        "principal": {"href": "/api/v3/users/2551"}, "roles": [{"title": "Member"}]}},
    {"_type": "Membership", "id": 3, "_links": {"project": {"href": "/api/v3/projects/53760"},
        "principal": {"href": "/api/v3/users/2500"}, "roles": [{"title": "Auditor"}]}},
    {"_type": "Membership", "id": 4, "_links": {"project": {"href": null},
        "principal": {"href": "/api/v3/users/2551"}, "roles": [{"title": "Project admin"}]}}]}}"#;

#[test]
fn memberships_come_from_openproject_with_what_their_roles_allow() {
    let (there, here) = (Store::harbor(Engine::Sqlite), Store::new(Engine::Sqlite));
    let server = there.serve(&[]);
    let proxy = wrong::Server::start(&server.url);
    let hits = |request: &RecordedRequest| request.is("GET", "/memberships");
    proxy.plant(&[Fault::reading("memberships", hits, |answer| answer.answer(200, MEMBERSHIPS), &[])]);
    let mut command = here.command(&["import", "--from", "openproject", "--url", &proxy.url]);
    command.env("STATUARY_IMPORT_TOKEN", "root");
    let ended = Process::start(command, "").end();
    assert!(!ended.out.contains("memberships may not be read"), "{}", ended.out);
    table(ended);
    let archive = export(&here);
    let people = names(&archive, "user", "full_name");
    let workspaces = names(&archive, "workspace", "title");
    let named = |names: &BTreeMap<i64, Value>, id: &Value| names[&id.as_i64().expect("an id")].clone();
    let parts: BTreeMap<String, Value> = records(&archive, "participation")
        .iter()
        .filter(|part| named(&workspaces, &part["workspace_id"]) == "Harbor rollout")
        .map(|part| (named(&people, &part["user_id"]).to_string(), part["permission"].clone()))
        .collect();
    for (name, permission) in [("Ada Park", "admin"), ("Bo Lindström", "edit"), ("Root Admin", "view")] {
        assert_eq!(parts.get(&json!(name).to_string()), Some(&json!(permission)), "{name}: {parts:?}");
    }
    let agents = proxy.requested().iter().map(|one| one.headers["user-agent"].clone()).collect::<Vec<_>>();
    assert!(agents.iter().all(|agent| agent.as_bytes().starts_with(b"statuary-import/")), "{agents:?}");
    server.stop();
}

#[rstest]
#[case::of_the_token("kantata", "wrong", "refuses the token")]
#[case::of_the_surface("openproject", "wrong", "refuses the token")]
fn a_refusal_is_an_error_without_the_token(#[case] from: &str, #[case] token: &str, #[case] named: &str) {
    let (there, here) = (Store::harbor(Engine::Sqlite), Store::new(Engine::Sqlite));
    let server = there.serve(&[]);
    let mut command = here.command(&["import", "--from", from, "--url", &server.url]);
    command.env("STATUARY_IMPORT_TOKEN", token);
    let ended = Process::start(command, "").end();
    assert_eq!(ended.code, Some(1));
    assert!(ended.err.contains(named) && !ended.err.contains(token), "{}", ended.err);
    let usage = here.run(&["import", "--from", from], "");
    assert_eq!(usage.code, Some(2), "{}", usage.err);
    server.stop();
}
