//! Random pages of random lists of workspaces on every surface, compared with a list that is sorted here.

use std::cmp::Reverse;

use axum::http::Method;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::requests::{cases, run};
use crate::{Engine, TestApp, lines};
use base::clock::Time;

/// Each field has few values, so that there are ties.
#[derive(Clone, Debug)]
struct Row {
    id: i64,
    title: String,
    created: i64,
    updated: i64,
    archived: bool,
}

#[derive(Clone, Debug)]
struct ListRequest {
    sort: usize,
    is_descending: bool,
    archived: bool,
    size: usize,
    page: usize,
}

type Key = (i64, String);
/// The name of an order on each surface; `None` if the surface does not have it.
type Order = (&'static str, &'static str, &'static str, fn(&Row) -> Key);

const SORTS: [Order; 3] = [
    ("title", "name", "title", |row| (0, row.title.clone())),
    ("created_at", "createdAt", "", |row| (row.created, String::new())),
    ("updated_at", "updatedAt", "updated_at", |row| (row.updated, String::new())),
];

fn any_row() -> impl Strategy<Value = Row> {
    let row = ("[a-c]{1,2}", 0..4_i64, 0..4_i64, any::<bool>());
    row.prop_map(|(title, created, updated, archived)| Row { id: 0, title, created, updated, archived })
}

fn any_request() -> impl Strategy<Value = ListRequest> {
    let requested =
        (0..SORTS.len(), any::<bool>(), any::<bool>(), select(vec![1, 2, 3, 7, 20, 50]), 1..9_usize);
    requested.prop_map(|(sort, is_descending, archived, size, page)| ListRequest {
        sort,
        is_descending,
        archived,
        size,
        page,
    })
}

fn at(minutes: i64) -> String {
    Time(1_770_000_000_000_000 + minutes * 60_000_000).to_string()
}

fn sorted<K: Ord>(rows: &[Row], archived: bool, key: impl Fn(&Row) -> K) -> Vec<i64> {
    let mut rows: Vec<_> = rows.iter().filter(|row| archived || !row.archived).collect();
    rows.sort_by_key(|row| (key(row), row.id));
    rows.into_iter().map(|row| row.id).collect()
}

fn ids(list: &Value) -> Vec<i64> {
    let id = |one: &Value| one["id"].as_str().map_or_else(|| one["id"].as_i64(), |id| id.parse().ok());
    list.as_array().expect("a list").iter().map(|one| id(one).expect("an id")).collect()
}

async fn pages(engine: Engine, mut rows: Vec<Row>, requested: Vec<ListRequest>) {
    let app = TestApp::with(
        engine,
        &lines([
            json!({"kind": "account", "id": 1, "name": "Yard"}),
            json!({"kind": "user", "id": 2, "account_id": 1, "full_name": "Root Admin", "email_address": "root@example.com",
                "administrator": true}),
            json!({"kind": "token", "id": 3, "user_id": 2, "name": "root",
                "sha256": hex::encode(domain::auth::digest("root"))}),
        ]),
    )
    .await;
    for (id, row) in (10..).zip(&mut rows) {
        row.id = id;
    }
    let archive = rows.iter().map(|row| {
        json!({"kind": "workspace", "id": row.id, "account_id": 1, "title": row.title, "description": "",
            "archived": row.archived, "status_key": 100, "creator_id": 2, "created_at": at(row.created),
            "updated_at": at(row.updated + 10)})
    });
    if !rows.is_empty() {
        app.import(&lines(archive)).await.expect("an archive");
    }
    for requested in requested {
        let (order, sort, _, key) = SORTS[requested.sort];
        let all = if requested.is_descending {
            sorted(&rows, requested.archived, |row| Reverse(key(row)))
        } else {
            sorted(&rows, requested.archived, key)
        };
        let (size, page) = (requested.size, requested.page);
        let expected: Vec<_> = all.iter().copied().skip((page - 1) * size).take(size).collect();
        let direction = if requested.is_descending { "desc" } else { "asc" };

        let archived = requested.archived;
        let path = format!(
            "/workspaces?order={order}:{direction}&include_archived={archived}&per_page={size}&page={page}"
        );
        let answer = app.get("root", &path).await;
        assert_eq!(answer.ids(), expected, "{requested:?} {rows:?}");
        assert_eq!(answer.meta().0, i64::try_from(all.len()).expect("a few"), "{requested:?}");

        let filters = if archived { "[]" } else { r#"[{"active":{"operator":"=","values":["t"]}}]"# };
        let encode = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
        };
        let path = format!(
            "/projects?filters={}&sortBy={}&pageSize={size}&offset={page}",
            encode(filters),
            encode(&format!(r#"[["{sort}","{direction}"]]"#)),
        );
        let answer = app.v3_get("root", &path).await.json();
        assert_eq!(ids(&answer["_embedded"]["elements"]), expected, "{requested:?} {rows:?}");
        assert_eq!(answer["total"], all.len(), "{requested:?}");

        follows_cursors(&app, &rows, &requested).await;
    }
}

/// Statuary's own surface has cursors instead of page numbers, and one direction per order.
async fn follows_cursors(app: &TestApp, rows: &[Row], requested: &ListRequest) {
    let (_, _, order, key) = SORTS[requested.sort];
    if order.is_empty() {
        return;
    }
    let all = sorted(rows, requested.archived, |row| {
        let (number, title) = key(row);
        (-number, title, row.title.clone())
    });
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!(
            "/portfolio?order={order}&include_archived={}&limit={}{cursor}",
            requested.archived, requested.size
        );
        let page = app.own("root", Method::GET, &path).await.json();
        seen.extend(ids(&page["workspaces"]));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, all, "{requested:?} {rows:?}");
}

proptest! {
    #![proptest_config(cases(8))]

    #[test]
    fn every_page_is_a_slice_of_the_sorted_list_on_sqlite(
        rows in vec(any_row(), 0..25), requested in vec(any_request(), 12)
    ) {
        run(pages(Engine::Sqlite, rows, requested));
    }

    #[test]
    fn every_page_is_a_slice_of_the_sorted_list_on_postgresql(
        rows in vec(any_row(), 0..25), requested in vec(any_request(), 12)
    ) {
        run(pages(Engine::Postgres, rows, requested));
    }
}
