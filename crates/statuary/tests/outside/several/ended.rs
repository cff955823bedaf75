//! Access that one server ends is refused by the others at once.

use super::{SERVERS, Servers, csrf, submit};
use crate::commands::client::{get, send};

/// The token of a person, in the text that a command prints.
fn token(servers: &Servers, rest: &[&str]) -> String {
    let arguments = [&["token", "add", "--email", "ada@example.com"], rest].concat();
    servers.store.run(&arguments, "").success().trim().to_owned()
}

#[test]
fn a_token_that_is_revoked_is_refused_by_every_server() {
    let servers = Servers::start();
    let token = token(&servers, &["--name", "to be revoked"]);
    let statuses = |token: &str| -> Vec<u16> {
        let ask = |number| get(servers.url(number), "/api/v1/users/me", Some(token)).status;
        (0..SERVERS).map(ask).collect()
    };
    assert_eq!(statuses(&token), [200; SERVERS]);
    let list = servers.store.run(&["token", "list"], "").success();
    let row = list.lines().find(|line| line.contains("to be revoked")).expect("a row");
    servers.store.run(&["token", "revoke", row.split_whitespace().next().expect("an id")], "").success();
    assert_eq!(statuses(&token), [401; SERVERS]);

    let other = self::token(&servers, &[]);
    assert_eq!(statuses(&other), [200; SERVERS]);
    servers.store.run(&["user", "deactivate", "--email", "ada@example.com"], "").success();
    assert_eq!(statuses(&other), [401; SERVERS]);
    servers.store.run(&["user", "activate", "--email", "ada@example.com"], "").success();
    assert_eq!(statuses(&other), [200; SERVERS]);
    servers.assert_like_a_single_one();
}

/// Signs Ada in at a server. Returns the header with the cookie of the session.
fn sign_in(servers: &Servers, number: usize) -> String {
    let form = "email=ada%40example.com&password=kran-und-kai";
    let admitted = submit(servers.url(number), "/login", "", form);
    assert_eq!(admitted.status, 303, "{admitted:?}");
    admitted.cookie().expect("a cookie")
}

#[test]
fn a_session_that_ends_at_one_server_ends_at_all() {
    let servers = Servers::start();
    servers.store.run(&["user", "password", "--email", "ada@example.com"], "kran-und-kai\n").success();
    for number in 0..SERVERS {
        let cookie = sign_in(&servers, number);
        let statuses = || -> Vec<u16> {
            (0..SERVERS).map(|number| send(servers.url(number), "GET", "/", &cookie, "").status).collect()
        };
        assert_eq!(statuses(), [200; SERVERS]);
        let page = send(servers.url(number + 1), "GET", "/", &cookie, "");
        let out = submit(servers.url(number + 1), "/logout", &cookie, &format!("csrf={}", csrf(&page)));
        assert_eq!(out.status, 303, "{out:?}");
        assert_eq!(statuses(), [303; SERVERS]);
    }
    // A new password ends the sessions, whichever server has them.
    let cookie = sign_in(&servers, 0);
    servers.store.run(&["user", "password", "--email", "ada@example.com"], "another password\n").success();
    for number in 0..SERVERS {
        assert_eq!(send(servers.url(number), "GET", "/", &cookie, "").status, 303);
    }
    servers.assert_like_a_single_one();
}

#[test]
fn a_code_of_one_server_is_exchanged_once_at_another() {
    let servers = Servers::start();
    servers.store.run(&["user", "password", "--email", "ada@example.com"], "kran-und-kai\n").success();
    let add =
        ["oauth-app", "add", "--name", "Board", "--redirect-uri", "https://a.example", "--account", "415"];
    let added = servers.store.run(&add, "").success();
    let [id, secret] = ["client_id: ", "client_secret: "]
        .map(|name| added.lines().find_map(|line| line.strip_prefix(name)).expect("a member"));
    let cookie = sign_in(&servers, 0);
    let question =
        format!("client_id={id}&redirect_uri=https%3A%2F%2Fa.example&response_type=code&scope=api_v3");
    // The page comes from one server, and its form goes to another.
    let page = send(servers.url(1), "GET", &format!("/oauth/authorize?{question}"), &cookie, "");
    let form = format!("{question}&csrf={}&decision=allow", csrf(&page));
    let granted = submit(servers.url(2), "/oauth/authorize", &cookie, &form);
    let code = granted.head.split_once("code=").unwrap_or_else(|| panic!("{granted:?}")).1;
    let code = code.split(['&', '\r', '\n']).next().expect("a value");
    let exchange = |number: usize| {
        let form = format!(
            "grant_type=authorization_code&client_id={id}&client_secret={secret}&code={code}\
             &redirect_uri=https%3A%2F%2Fa.example"
        );
        submit(servers.url(number), "/oauth/token", "", &form)
    };
    let tokens = exchange(0).json();
    let [access, refresh] =
        ["access_token", "refresh_token"].map(|name| tokens[name].as_str().expect("a token"));
    for number in 0..SERVERS {
        assert_eq!(get(servers.url(number), "/api/v3/users/me", Some(access)).status, 200);
    }
    // A refresh token works once, at whichever server.
    let renew = |number: usize, token: &str| {
        let form =
            format!("grant_type=refresh_token&client_id={id}&client_secret={secret}&refresh_token={token}");
        submit(servers.url(number), "/oauth/token", "", &form)
    };
    let renewed = renew(1, refresh).json();
    let renewed = renewed["access_token"].as_str().expect("a token");
    assert_eq!(get(servers.url(2), "/api/v3/users/me", Some(renewed)).status, 200);
    // Whoever exchanges the code again has stolen it: everything that came from it ends, at every server.
    assert_eq!(exchange(1).status, 400);
    for number in 0..SERVERS {
        assert_eq!(get(servers.url(number), "/api/v3/users/me", Some(renewed)).status, 401);
    }
    servers.assert_like_a_single_one();
}
