//! Stories of the page of a workspace's people, on both engines.

use macros::both_engines;

use crate::browser::Browser;
use crate::{Answer, Engine, TestApp};

const PAGE: &str = "/workspaces/53760/people";

/// The row of a person.
#[track_caller]
fn row<'a>(page: &'a Answer, name: &str) -> &'a str {
    let row = page.text.split(&format!("<th scope=\"row\"><bdi>{name}")).nth(1);
    row.unwrap_or_else(|| panic!("no {name}: {}", page.text)).split("</tr>").next().unwrap_or_default()
}

#[both_engines]
async fn participants_see_the_participants(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    for token in ["ada", "vera", "cleo"] {
        let page = Browser::of(&app, token).await.get(PAGE).await;
        assert!(row(&page, "Ada Park").contains("<td>Delivery</td>"), "{token}");
        // What colleagues may do is not for the client side.
        assert_eq!(row(&page, "Ada Park").contains("<td>Editor</td>"), token != "cleo", "{token}");
        assert_eq!(page.text.contains("<th scope=\"col\">Access</th>"), token != "cleo", "{token}");
        assert!(row(&page, "Cleo Client").contains("<td>Client</td>"), "{token}");
        for control in ["<select name=\"role\"", "/remove", "list=\"others\""] {
            assert!(!page.text.contains(control), "{token}: {control}");
        }
    }
    for token in ["root", "max"] {
        let page = Browser::of(&app, token).await.get(PAGE).await;
        assert!(
            row(&page, "Vera View").contains("<option value=\"view_tasks\" selected>Viewer</option>"),
            "{token}"
        );
        assert!(page.text.contains("list=\"others\""), "{token:?}");
    }
    for (token, path) in
        [("olaf", PAGE), ("zoe", PAGE), ("ada", "/workspaces/53800/people"), ("root", "/workspaces/x/people")]
    {
        assert_eq!(Browser::of(&app, token).await.get(path).await.status, 404, "{token} {path}");
    }
}

#[both_engines]
async fn people_are_added_change_sides_and_are_removed(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let mut max = Browser::of(&app, "max").await;
    let joins = [("email", " OLAF@example.com"), ("role", "client"), ("access_level", "view_tasks")];
    let answer = max.submit(PAGE, &joins).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, PAGE), "{}", answer.text);
    let page = max.get(PAGE).await;
    let olaf = row(&page, "Olaf Out");
    assert!(olaf.contains("<option value=\"client\" selected>Client</option>"), "{olaf}");
    let change =
        olaf.split("action=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a form").to_owned();
    let answer = max.submit(&change, &[("role", "maven"), ("access_level", "admin")]).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let page = max.get(PAGE).await;
    let olaf = row(&page, "Olaf Out");
    assert!(olaf.contains("\"maven\" selected") && olaf.contains("\"admin\" selected"), "{olaf}");
    assert_eq!(app.last_writer("participation").await, (Some(2561), "pages".into()));

    // People who remove themselves are redirected to a page that they can still see.
    let path = format!("{change}/remove");
    let mut olaf = Browser::of(&app, "olaf").await;
    let requested = olaf.get(&path).await;
    assert!(requested.text.contains("Remove Olaf Out from Harbor rollout?"), "{}", requested.text);
    let requested = requested.forms().into_iter().find(|form| form.action == path).expect("a form");
    let answer = olaf.send(&requested).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/"));
    assert_eq!((olaf.get(PAGE).await.status.as_u16(), max.get(&path).await.status.as_u16()), (404, 404));
    assert!(!max.get(PAGE).await.text.contains("Olaf Out</th>"));
}

/// The error of an address that nobody of the account has.
const NOBODY: &str =
    "No person has this e-mail address. An administrator of the account can add them under People.";

#[both_engines]
async fn invalid_and_unauthorised_writes_have_no_effect(engine: Engine) {
    let app = TestApp::harbor(engine).await;
    let before = app.export().await;
    let mut max = Browser::of(&app, "max").await;
    for (email, role, level, field, said) in [
        ("", "maven", "edit_tasks", "email", "Required."),
        ("nobody@example.com", "maven", "edit_tasks", "email", NOBODY),
        ("zoe@example.com", "maven", "edit_tasks", "email", NOBODY),
        ("ada@example.com", "maven", "edit_tasks", "email", "Already in use."),
        ("olaf@example.com", "", "edit_tasks", "role", "Required."),
        ("olaf@example.com", "owner", "edit_tasks", "role", "Invalid value."),
        ("olaf@example.com", "maven", "all", "access_level", "Invalid value."),
    ] {
        let answer = max.submit(PAGE, &[("email", email), ("role", role), ("access_level", level)]).await;
        let problem = format!("<p class=\"problem\" id=\"{field}-problem\">{said}</p>");
        assert!(answer.status == 422 && answer.text.contains(&problem), "{email} {role}: {}", answer.text);
        assert!(
            answer.text.contains(&format!("name=\"email\" type=\"email\" value=\"{email}\"")),
            "{email:?} {role:?}"
        );
    }
    let answer = max.submit(&format!("{PAGE}/1"), &[("role", "owner")]).await;
    assert!(answer.status == 422 && answer.text.contains("role=\"alert\""), "{}", answer.text);
    // A participation can be changed only in its own workspace.
    for path in
        ["/workspaces/53800/people/1", "/workspaces/53800/people/1/remove", "/workspaces/53900/people/7"]
    {
        assert_eq!(max.submit(path, &[("role", "client")]).await.status, 404, "{path}");
    }
    for (token, status) in [("ada", 403), ("cleo", 403), ("olaf", 404), ("zoe", 404)] {
        let mut browser = Browser::of(&app, token).await;
        let sent = [("email", "olaf@example.com"), ("role", "maven"), ("access_level", "admin")];
        for path in [PAGE.to_owned(), format!("{PAGE}/1"), format!("{PAGE}/1/remove")] {
            assert_eq!(browser.submit(&path, &sent).await.status, status, "{token} {path}");
        }
        assert_eq!(browser.get(&format!("{PAGE}/1/remove")).await.status, status, "{token}");
    }
    assert_eq!(app.export().await, before);
}
