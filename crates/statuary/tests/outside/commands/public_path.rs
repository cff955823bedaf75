//! A server whose public URL has a path, behind a proxy that strips it.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::channel;
use std::thread;

use super::client::{Answer, get, send};
use crate::support::{Engine, Store};

const PATH: &str = "/statuary";

#[test]
fn behind_a_proxy_that_strips_the_path_every_printed_and_shown_link_works() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let proxy = format!("http://{}", listener.local_addr().expect("an address"));
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let server: SocketAddr = receiver.recv().expect("the server's address");
        listener.incoming().map_while(Result::ok).for_each(|client| pass(client, server));
    });
    let store = Store::new(Engine::Sqlite);
    let mut server = store.serve(&["--demo", "--public-url", &format!("{proxy}{PATH}")]);
    sender.send(server.url.trim_start_matches("http://").parse().expect("an address")).expect("a proxy");
    let token = server.process.line();
    assert!(token.starts_with("token: "), "{token}");
    let login = server.process.line().strip_prefix("login: ").expect("a link").to_owned();
    assert!(login.starts_with(&format!("{proxy}{PATH}/login/")), "{login}");

    let path = login.strip_prefix(&proxy).expect("an address of the proxy");
    let requested = get(&proxy, path, None);
    assert_eq!((requested.status, header(&requested, "set-cookie")), (200, ""), "{}", requested.head);
    let admitted = send(&proxy, "POST", path, "", "");
    assert_eq!((admitted.status, header(&admitted, "location")), (303, "/statuary/"), "{}", admitted.head);
    assert!(header(&admitted, "set-cookie").contains("; Path=/statuary;"), "{}", admitted.head);
    let cookie = admitted.cookie().expect("a cookie");
    let page = send(&proxy, "GET", "/statuary/", &cookie, "");
    assert_eq!(page.status, 200, "{}", page.body);
    let assets: Vec<&str> = page.body.split(['"']).filter(|text| text.contains("/assets/")).collect();
    assert!(assets.len() > 2, "{}", page.body);
    for asset in assets {
        assert_eq!(get(&proxy, asset, None).status, 200, "{asset}");
    }
    // RFC 8414, section 3.1: this path ends with the public path, so that a proxy does not strip it.
    let metadata = get(&proxy, "/.well-known/oauth-authorization-server/statuary", None).json();
    assert_eq!(metadata["issuer"], format!("{proxy}{PATH}"));
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let line = answer.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_default()
}

/// Forwards one request without the path, and the response. The requests of these tests have `Connection: close`.
fn pass(mut client: TcpStream, server: SocketAddr) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if client.read_exact(&mut byte).is_err() {
            return;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).expect("a head").replacen(&format!(" {PATH}/"), " /", 1);
    let mut server = TcpStream::connect(server).expect("a server");
    server.write_all(head.as_bytes()).expect("a request sent");
    drop(std::io::copy(&mut server, &mut client));
    drop(client.shutdown(Shutdown::Both));
}
