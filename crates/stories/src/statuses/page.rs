//! Stories of the statuses' pages, on both engines.

use macros::both_engines;

use crate::browser::Browser;
use crate::{Answer, Engine, TestApp};

/// The names of the rows, in their order.
fn names(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let rows = answer.text.split(" data-name=\"").skip(1);
    rows.map(|rest| rest.split('"').next().unwrap_or_default().to_owned()).collect()
}

/// The row of a status.
#[track_caller]
fn row<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let row = answer.text.split(&format!("data-name=\"{name}\"")).nth(1).expect("a row");
    row.split("</tr>").next().unwrap_or_default()
}

#[both_engines]
async fn the_list_shows_order_flags_and_contrast(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut root = Browser::of(&app, "root").await;
    let page = root.get("/statuses").await;
    let all = names(&page);
    assert_eq!((all.len(), all[0].as_str(), all[13].as_str()), (14, "New", "Rejected"));
    let new = row(&page, "New");
    for part in ["fill=\"#1098AD\"", ">Default</span>", "<b>3.4</b> for large text", "<b>5.1</b> AA for text"]
    {
        assert!(new.contains(part), "{part}: {new}");
    }
    assert!(new.contains("value=\"0\" aria-label=\"Move New up\" disabled"), "{new}");
    assert!(row(&page, "Closed").contains(">Closed</span>"));
    // Read-only users see no controls.
    for reader in ["ada", "cleo"] {
        let page = Browser::of(&app, reader).await.get("/statuses").await;
        assert_eq!(names(&page), all);
        for control in ["/statuses/new", "/delete", "formaction", "arrange-"] {
            assert!(!page.text.contains(control), "{reader}: {control}");
        }
    }
    assert_eq!(Browser::of(&app, "olaf").await.get("/statuses").await.status, 403);
    assert_eq!(names(&Browser::of(&app, "zoe").await.get("/statuses").await).len(), 14);
}

#[both_engines]
async fn status_keys_in_use_are_counted_for_visible_workspaces(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for (token, seen) in [
        ("root", vec![(100, 1, 0), (310, 1, 0), (605, 0, 1)]),
        ("ada", vec![(310, 1, 0), (605, 0, 1)]),
        ("max", vec![(100, 1, 0), (310, 1, 0)]),
        ("cleo", vec![]),
    ] {
        let page = Browser::of(&app, token).await.get("/statuses").await.text;
        let part = page.split("id=\"keys-in-use\"").nth(1).expect("the keys");
        assert_eq!(part.contains("None of your projects has a status."), seen.is_empty(), "{token}");
        assert_eq!(part.matches("<td class=\"soft number-first\">").count(), seen.len(), "{token}: {part}");
        for (key, active, archived) in seen {
            let row = part.split(&format!("number-first\">{key}</td>")).nth(1).expect("a key");
            let row = row.split("</tr>").next().unwrap_or_default();
            let link = format!("<a href=\"/?status={key}\">{active}</a>");
            assert_eq!(row.contains(&link), active > 0, "{token} {key}: {row}");
            assert!(row.contains(&format!("<td class=\"number\">{archived}</td>")), "{token} {key}: {row}");
        }
    }
}

#[both_engines]
async fn an_administrator_creates_changes_moves_and_deletes_statuses(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut root = Browser::of(&app, "root").await;
    let blank = root.get("/statuses/new").await.form_with("default_done_ratio", "0");
    let made =
        root.send(&blank.with("name", "Waiting <b>").with("color", "abc").with("is_closed", "on")).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let anchor = made.header("location").to_owned();
    let id: i64 = anchor.strip_prefix("/statuses#s").expect("an anchor").parse().expect("an id");
    let page = root.get("/statuses").await;
    assert_eq!(names(&page).last().expect("a row"), "Waiting &#60;b&#62;");
    assert!(!page.text.contains("<b>Waiting") && page.text.contains("#AABBCC"));

    for (place, expected) in [("1", 0), ("3", 2), ("99", 14), ("14", 13), ("0", 0), ("-5", 0), ("2", 1)] {
        let answer = root.submit(&format!("/statuses/{id}/place"), &[("place", place)]).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, anchor.as_str()), "{place:?}");
        let names = names(&root.get("/statuses").await);
        assert_eq!(names.iter().position(|name| name.starts_with("Waiting")), Some(expected), "{place}");
    }
    let listed =
        app.request(axum::http::Method::GET, "/api/v3/statuses", &[("authorization", "Bearer root")], "");
    let listed = listed.await.json();
    let elements = listed["_embedded"]["elements"].as_array().expect("elements").clone();
    assert_eq!(elements[1]["name"], "Waiting <b>");
    assert!((1..).zip(&elements).all(|(place, one)| one["position"] == place), "{elements:?}");

    let edit = root.get(&format!("/statuses/{id}")).await;
    let edit = edit.form_with("color", "#AABBCC").with("name", "Waiting").with("color", "");
    assert_eq!(root.send(&edit.with("is_default", "on").without("is_closed")).await.status, 303);
    let page = root.get("/statuses").await;
    assert!(row(&page, "Waiting").contains(">Default</span>") && row(&page, "Waiting").contains("no colour"));
    assert!(!row(&page, "New").contains(">Default</span>"));

    // The default cannot be deleted.
    let path = format!("/statuses/{id}/delete");
    let requested = root.get(&path).await;
    assert!(
        requested.text.contains("The default cannot be deleted")
            && !requested.text.contains(&format!("action=\"{path}\""))
    );
    let refused = root.submit(&path, &[]).await;
    assert!(refused.status == 422 && refused.text.contains("The default cannot be deleted"), "{refused:?}");
    let other = root.get("/statuses").await.text.split("<tr id=\"s").nth(1).expect("a row").to_owned();
    let other = other.split('"').next().expect("an id").to_owned();
    let requested = root.get(&format!("/statuses/{other}/delete")).await;
    let requested =
        requested.forms().into_iter().find(|form| form.action.ends_with("/delete")).expect("a form");
    let answer = root.send(&requested).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/statuses"));
    assert_eq!(names(&root.get("/statuses").await).len(), 14);
    assert_eq!(root.send(&requested).await.status, 404);
    assert_eq!(app.last_writer("status").await, (Some(2500), "pages".to_owned()));
}

#[both_engines]
async fn an_invalid_form_is_shown_again(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut root = Browser::of(&app, "root").await;
    let before = app.export().await;
    let blank = root.get("/statuses/new").await.form_with("default_done_ratio", "0");
    let blank = blank.with("name", "Fine").with("color", "");
    for (field, value, said) in [
        ("name", " ", "Required."),
        ("name", "new", "Already in use."),
        ("name", &"n".repeat(257), "At most 256 characters."),
        ("color", "blue", "Invalid value."),
        ("default_done_ratio", "101", "Enter a number from 0 to 100."),
        ("default_done_ratio", "much", "Enter a number from 0 to 100."),
    ] {
        let answer = root.send(&blank.clone().with(field, value)).await;
        assert_eq!(answer.status, 422, "{field} {value}");
        let problem = format!("<p class=\"problem\" id=\"{field}-problem\">{said}</p>");
        for part in [
            problem.as_str(),
            "role=\"alert\" tabindex=\"-1\" autofocus",
            &format!("<a href=\"#{field}\">"),
            &format!("aria-describedby=\"{field}-problem\""),
            &format!("name=\"{field}\" value=\"{}\"", value.trim()),
        ] {
            assert!(answer.text.contains(part), "{field} {value}: {part} {}", answer.text);
        }
    }
    let both = root.send(&blank.clone().with("is_default", "on").with("is_readonly", "on")).await;
    assert!(both.status == 422 && both.text.contains("The default cannot be read-only."), "{}", both.text);
    assert_eq!(root.submit("/statuses/1/place", &[("place", "up")]).await.status, 400);
    for path in ["/statuses/99999", "/statuses/x", "/statuses/99999999999999999999/delete"] {
        assert_eq!(root.get(path).await.status, 404, "{path}");
    }
    assert_eq!(app.export().await, before);
}

#[both_engines]
async fn only_administrators_change_statuses(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    for token in ["ada", "max", "cleo"] {
        let mut browser = Browser::of(&app, token).await;
        for path in ["/statuses/new", "/statuses/1", "/statuses/2/delete"] {
            assert_eq!(browser.get(path).await.status, 403, "{token} {path}");
        }
        for path in ["/statuses", "/statuses/1", "/statuses/1/place", "/statuses/2/delete"] {
            let answer = browser.submit(path, &[("name", "Mine"), ("place", "3")]).await;
            assert_eq!(answer.status, 403, "{token} {path}");
        }
    }
    // For another account, they do not exist.
    let mut zoe = Browser::of(&app, "zoe").await;
    for path in ["/statuses/1", "/statuses/1/place", "/statuses/2/delete"] {
        let answer = zoe.submit(path, &[("name", "Mine"), ("place", "3")]).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    assert_eq!(app.export().await, before);
}
