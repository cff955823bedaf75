//! Sheets in and out: CSV and workbooks of Excel.

use std::fs;

use rstest::rstest;

use super::client::{HEADER, export, records};
use crate::support::{Engine, HARBOR, Store};

/// Two work packages of the archive of the harbor, the second below the first.
const PACKAGES: &str = "\
    {\"kind\":\"work_package\",\"id\":7,\"workspace_id\":53760,\"type_id\":1,\"status_id\":3,\"priority_id\":8,\"author_id\":2545,\
    \"assignee_id\":2545,\"responsible_id\":null,\"parent_id\":null,\"subject\":\"Crane\",\"description\":\"=1+1\\nTwo lines; one cell\",\
    \"start_date\":\"2026-03-02\",\"due_date\":\"2026-03-06\",\"work\":\"PT10H\",\"remaining\":\"PT2H30M\",\"percent\":75,\
    \"lock_version\":0,\"created_at\":\"2026-03-01T09:00:00.000001Z\",\"updated_at\":\"2026-03-01T09:00:00.000001Z\"}\n\
    {\"kind\":\"work_package\",\"id\":6,\"workspace_id\":53760,\"type_id\":7,\"status_id\":7,\"priority_id\":9,\"author_id\":2500,\
    \"assignee_id\":null,\"responsible_id\":2551,\"parent_id\":7,\"subject\":\"Berth plan\",\"description\":null,\
    \"start_date\":null,\"due_date\":null,\"work\":null,\"remaining\":null,\"percent\":null,\
    \"lock_version\":0,\"created_at\":\"2026-03-01T09:00:00Z\",\"updated_at\":\"2026-03-02T09:00:00Z\"}\n";

/// The people and the workspaces of the harbor.
fn empty(engine: Engine) -> Store {
    let kinds = ["account", "user", "status", "workspace"].map(|kind| format!("\"kind\":\"{kind}\""));
    let lines = HARBOR.lines().skip(1).filter(|line| kinds.iter().any(|kind| line.contains(kind)));
    let store = Store::new(engine);
    let archive = lines.fold(String::new(), |all, line| all + line + "\n");
    store.run(&["import", "-"], &format!("{HEADER}{archive}")).success();
    store
}

#[rstest]
fn sheets_are_read_as_they_were_written(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (first, second) = (Store::harbor(engine), empty(engine));
    first.run(&["import", "-"], &format!("{HEADER}{PACKAGES}")).success();
    for (sheet, kind, name) in [
        ("reports", "status_report", "a.csv"),
        ("reports", "status_report", "a.xlsx"),
        ("status-changes", "workspace_status_change", "b.xlsx"),
        ("work-packages", "work_package", "c.csv"),
        ("work-packages", "work_package", "c.XLSX"),
    ] {
        let path = first.path(name).display().to_string();
        assert_eq!(first.run(&["export", "--sheet", sheet, &path], "").success(), "");
        let out = second.run(&["import", "--sheet", sheet, &path], "").success();
        // The second form of a file has the same records.
        let is_again = name.ends_with("a.xlsx") || name.ends_with("XLSX");
        assert_eq!(out.contains("nothing changed"), is_again, "{name}: {out}");
        let compared = |store: &Store| {
            let all = records(&export(store), kind).into_iter().filter(|one| one["workspace_id"] != 60_000);
            let mut all: Vec<_> = all
                .map(|mut one| {
                    let members = one.as_object_mut().expect("an object");
                    let parent = members.remove("parent_id");
                    members.remove("id");
                    (one.to_string(), parent.is_some_and(|parent| !parent.is_null()))
                })
                .collect();
            all.sort();
            all
        };
        assert!(!compared(&first).is_empty());
        assert_eq!(compared(&first), compared(&second), "{name}");
    }
    let packages = records(&export(&second), "work_package");
    let [crane, plan] = ["Crane", "Berth plan"]
        .map(|subject| packages.iter().find(|one| one["subject"] == subject).expect("a work package"));
    assert_eq!(plan["parent_id"], crane["id"]);
    second.run(&["verify"], "").success();
}

#[rstest]
fn wrong_rows_are_named_by_number_and_nothing_is_stored(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    const MAPPING: &str = "
        [columns]\nworkspace = 'Projekt'\nauthor = 'Verfasser'\ncreated_at = 'Datum'\ncolor = 'Ampel'\ndescription = 'Bericht'
        scope = 'Umfang'\n[values.color]\n'grün' = 'green'\nrot = 'red'\n[defaults]\nauthor = 'ada@example.com'";
    let store = empty(engine);
    fs::write(store.path("map.toml"), MAPPING).expect("a file");
    let mapping = store.path("map.toml").display().to_string();
    let import = |sheet: &str, more: &[&str]| {
        store.run(&[&["import", "--sheet", "reports", "-", "--mapping", &mapping], more].concat(), sheet)
    };
    let head = "Projekt;Verfasser;Datum;Ampel;Umfang;Bericht\r\n";
    let good = format!(
        "{head}Harbor rollout;;30.9.2026 14:05;Grün;red;Fine\r\n\r\nold pier;Root Admin;2026-09-30;rot;;Bad\r\n"
    );
    let wrong = format!(
        "{good}Harbor rollout;;30.9.2026 14:05;gelb;;\r\nNowhere;Nobody;9/30/2026;rot;;\"two\nlines\"\r\nold pier;Root Admin;30.9.2026;rot;;Again\r\n"
    );

    let ended = import(&wrong, &[]);
    assert_eq!(ended.code, Some(1));
    assert_eq!(
        ended.out,
        "row 5: `color` is not green, yellow or red: gelb; `description` is empty\n\
        row 6: there is no workspace Nowhere; `author`: the account has nobody, or several people, called Nobody; \
        `created_at` is not a time: 9/30/2026\n\
        row 7: it is the same record as row 4\n"
    );
    assert!(ended.err.contains("nothing is stored, because 3 rows are wrong"), "{}", ended.err);

    let before = export(&store);
    let dry = import(&good, &["--dry-run"]);
    assert!(dry.err.contains("dry run"), "{}", dry.err);
    let row = |out: &str| {
        out.lines().nth(1).unwrap_or_default().split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(row(&dry.success()), ["status_report", "2", "0", "0", "0"]);
    assert_eq!(export(&store), before);

    assert_eq!(row(&import(&good, &[]).success()), ["status_report", "2", "0", "0", "0"]);
    let again = import(&good, &[]).success();
    assert!(again.contains("nothing changed"), "{again}");
    assert_eq!(
        row(&import(&good.replace("Fine", "Finer"), &[]).success()),
        ["status_report", "0", "1", "1", "0"]
    );
    let reports = records(&export(&store), "status_report");
    let about: Vec<_> =
        reports.iter().map(|one| (&one["description"], &one["created_at"], &one["creator_id"])).collect();
    assert_eq!(
        format!("{about:?}"),
        "[(String(\"Finer\"), String(\"2026-09-30T14:05:00Z\"), Number(2545)), \
        (String(\"Bad\"), String(\"2026-09-30T00:00:00Z\"), Number(2500))]"
    );

    let ended = import("Projekt;Datum\nx;y\n", &[]);
    assert!(ended.err.contains("the sheet has no column"), "{}", ended.err);
    fs::write(store.path("map.toml"), "[columns]\nhealth = 'Ampel'").expect("a file");
    assert!(import(&good, &[]).err.contains("the mapping names the column health"));
}
