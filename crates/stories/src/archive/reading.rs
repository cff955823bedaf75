//! Files that are not archives.

use std::io::{Cursor, Read};

use macros::both_engines;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::{events, exported};
use crate::requests::{cases, run};
use crate::{Engine, TestApp, harbor};
use db::Scope;
use domain::archive::HEADER;
use domain::archive::import::{Counts, import, lines};
use domain::error::Result;
use domain::work;

const ACCOUNT: &str = r#"{"kind":"account","id":1,"name":"A"}"#;

/// Imports bytes without adding a header.
async fn import_bytes(app: &TestApp, archive: impl AsRef<[u8]>) -> Result<Counts> {
    let (text, at) = (Cursor::new(archive.as_ref().to_vec()), app.app.clock.now());
    let work = app.app.db.write(Scope::Store, work!(|conn| import(conn, at, lines(text)).await));
    work.await
}

#[both_engines]
async fn an_archive_starts_with_its_header(engine: Engine) {
    let app = TestApp::empty(engine).await;
    let expected = format!("line 1: an archive starts with {HEADER}");
    for archive in [
        String::new(),
        "\n".into(),
        ACCOUNT.into(),
        format!("\n{HEADER}\n{ACCOUNT}"),
        format!("\u{feff}{HEADER}\n{ACCOUNT}"),
        r#"{"kind":"statuary_archive","version":2}"#.into(),
        r#"{"kind":"statuary_archive"}"#.into(),
        r#"{"kind":"statuary_archive","version":1,"more":1}"#.into(),
        r#"{"kind":"statuary_archive","version":1} x"#.into(),
    ] {
        assert_eq!(
            import_bytes(&app, &archive).await.expect_err(&archive).to_string(),
            expected,
            "{archive:?}"
        );
    }
    import_bytes(&app, format!("{{ \"version\": 1, \"kind\": \"statuary_archive\" }}\r\n{ACCOUNT}"))
        .await
        .expect("a header");
}

#[both_engines]
async fn blank_lines_and_carriage_returns_are_ignored(engine: Engine) {
    let app = TestApp::empty(engine).await;
    assert_eq!(import_bytes(&app, HEADER).await.expect("nothing"), Counts::default());
    let spaced = format!("{HEADER}\r\n\r\n{ACCOUNT}\r\n\n\n");
    assert_eq!(import_bytes(&app, &spaced).await.expect("an archive").added["account"], 1);
    let error = import_bytes(&app, format!("{spaced}[]\n\n")).await.expect_err("a list");
    assert!(error.to_string().starts_with("line 6: "), "{error}");
}

#[test]
fn a_line_that_is_too_long_is_reported_and_not_buffered() {
    let limit = 16 * 1024 * 1024;
    let start = Cursor::new(format!("{HEADER}\n{ACCOUNT}\n"));
    let mut read = lines(std::io::BufReader::new(start.chain(std::io::repeat(b' ').take(u64::MAX))));
    assert!(read.next().expect("an account").is_ok());
    let error = read.next().expect("a line").expect_err("too long");
    assert_eq!(error.to_string(), format!("line 3: it is longer than {limit} bytes"));
}

#[test]
fn a_line_may_be_as_long_as_the_limit() {
    let limit = 16 * 1024 * 1024;
    let filled = |length: usize| format!("{ACCOUNT}{}\n", " ".repeat(length - ACCOUNT.len() - 1));
    let text = format!("{HEADER}\n{}{}", filled(limit), filled(limit + 1));
    let read: Vec<_> = lines(Cursor::new(text)).take(2).map(|line| line.is_ok()).collect();
    assert_eq!(read, [true, false]);
}

#[test]
fn bytes_that_are_not_utf_8_are_refused_with_the_line_number() {
    let mut archive = format!("{HEADER}\n{ACCOUNT}\n").into_bytes();
    archive.extend(b"{\"kind\":\"account\",\"id\":2,\"name\":\"\xff\"}");
    let error = lines(Cursor::new(archive)).nth(1).expect("a line").expect_err("no text");
    assert_eq!(error.to_string(), "line 3: it is not UTF-8");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_with_a_line_number(bytes: Vec<u8>) {
        let mut archive = format!("{HEADER}\n").into_bytes();
        archive.extend(bytes);
        for line in lines(Cursor::new(archive)) {
            match line {
                Ok((number, ..)) => prop_assert!(number > 1),
                Err(error) => {
                    prop_assert!(error.to_string().starts_with("line "), "{}", error);
                    break;
                }
            }
        }
    }
}

/// A way to corrupt an archive.
#[derive(Clone, Debug)]
enum Corruption {
    Byte(Index, u8),
    Digit(Index, u8),
    Without(Index),
    Twice(Index, Index),
    Swapped(Index, Index),
}

fn corruption() -> impl Strategy<Value = Corruption> {
    let index = any::<Index>;
    prop_oneof![
        1 => (index(), any::<u8>()).prop_map(|(at, byte)| Corruption::Byte(at, byte)),
        3 => (index(), b'0'..=b'9').prop_map(|(at, digit)| Corruption::Digit(at, digit)),
        1 => index().prop_map(Corruption::Without),
        1 => (index(), index()).prop_map(|(from, to)| Corruption::Twice(from, to)),
        1 => (index(), index()).prop_map(|(one, other)| Corruption::Swapped(one, other)),
    ]
}

fn corrupted(archive: &str, how: &Corruption) -> Vec<u8> {
    let mut bytes = archive.as_bytes().to_vec();
    let mut lines: Vec<&str> = archive.lines().collect();
    match how {
        Corruption::Byte(at, byte) => {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
            return bytes;
        }
        Corruption::Digit(at, digit) => {
            let digits: Vec<_> = (0..bytes.len()).filter(|at| bytes[*at].is_ascii_digit()).collect();
            bytes[*at.get(&digits)] = *digit;
            return bytes;
        }
        Corruption::Without(at) => drop(lines.remove(at.index(lines.len()))),
        Corruption::Twice(from, to) => lines.insert(to.index(lines.len()), lines[from.index(lines.len())]),
        Corruption::Swapped(one, other) => {
            let (one, other) = (one.index(lines.len()), other.index(lines.len()));
            lines.swap(one, other);
        }
    }
    lines.join("\n").into_bytes()
}

/// Imports corrupted archives. Asserts that both engines give the same result for each.
async fn assert_same_results(spoils: Vec<Corruption>) {
    let (one, other) = (TestApp::empty(Engine::Sqlite).await, TestApp::empty(Engine::Postgres).await);
    for spoil in spoils {
        let mut archive = format!("{HEADER}\n").into_bytes();
        archive.extend(corrupted(&harbor(), &spoil));
        let logged = events(&one).await;
        let (left, right) = (import_bytes(&one, &archive).await, import_bytes(&other, &archive).await);
        match (left, right) {
            (Ok(left), Ok(right)) => assert_eq!(left, right, "{spoil:?}"),
            (Err(left), Err(right)) => {
                assert_eq!(left.to_string(), right.to_string(), "{spoil:?}");
                assert!(left.to_string().starts_with("line "), "{left} for {spoil:?}");
                assert_eq!(events(&one).await, logged, "{spoil:?}");
            }
            (left, right) => panic!("{left:?} and {right:?} for {spoil:?}"),
        }
    }
    assert_eq!(exported(&one).await, exported(&other).await);
}

proptest! {
    #![proptest_config(cases(8))]

    #[test]
    fn a_corrupted_archive_gets_the_same_result_on_both_engines(spoils in vec(corruption(), 30)) {
        run(assert_same_results(spoils));
    }
}
