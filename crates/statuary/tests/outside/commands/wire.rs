//! HTTP/1.1 on the wire: `Expect`, and requests whose length is ambiguous.

use std::io::{Read, Write};

use rstest::rstest;

use super::client::{Answer, connect};
use crate::support::{Engine, Store};

const BODY: &str = r#"{"status_report":{"workspace_id":53760,"color":"green","description":"On plan"}}"#;

#[test]
fn expect_100_continue_is_answered() {
    let store = Store::harbor(Engine::Sqlite);
    let server = store.serve(&[]);
    let head = |token: &str| {
        let length = BODY.len();
        format!(
            "POST /api/v1/status_reports HTTP/1.1\r\nhost: here\r\nconnection: close\r\nexpect: 100-Continue\r\n\
            authorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        )
    };
    let mut stream = connect(&server.url);
    stream.write_all(head("ada").as_bytes()).expect("a head sent");
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).expect("an answer before the body");
    assert_eq!(str::from_utf8(&interim), Ok("HTTP/1.1 100 Continue\r\n\r\n"));
    stream.write_all(BODY.as_bytes()).expect("a body sent");
    let answer = Answer::read(stream);
    assert_eq!(answer.status, 200, "{}", answer.body);
    // An error response comes at once, instead of `100 Continue`.
    let mut stream = connect(&server.url);
    stream.write_all(head("nobody").as_bytes()).expect("a head sent");
    assert_eq!(Answer::read(stream).status, 401);
    server.stop();
}

#[rstest]
#[case::two_lengths("content-length: 2\r\ncontent-length: 30\r\n")]
#[case::two_lengths_in_one("content-length: 2, 30\r\n")]
#[case::a_signed_length("content-length: +2\r\n")]
#[case::a_negative_length("content-length: -2\r\n")]
#[case::no_number("content-length: two\r\n")]
#[case::a_length_and_chunks("content-length: 2\r\ntransfer-encoding: chunked\r\n")]
#[case::chunks_that_are_not_last("transfer-encoding: chunked, identity\r\n")]
#[case::an_unknown_coding("transfer-encoding: xchunked\r\n")]
#[case::a_blank_before_the_colon("content-length : 2\r\n")]
fn a_request_of_ambiguous_length_is_refused_and_ends_the_connection(#[case] headers: &str) {
    let store = Store::harbor(Engine::Sqlite);
    let server = store.serve(&[]);
    let mut stream = connect(&server.url);
    let request = format!(
        "POST /api/v1/status_reports HTTP/1.1\r\nhost: here\r\nauthorization: Bearer ada\r\n\
        content-type: application/json\r\n{headers}\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: here\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("a request sent");
    // The server closes the connection, and does not read the rest as a request.
    let answer = Answer::read(stream);
    assert_eq!(answer.status, 400, "{}", answer.head);
    assert!(!answer.body.contains("HTTP/1.1"), "{}", answer.body);
    server.stop();
}
