//! Tests of checks whose failures cannot be provoked on a test machine.

use rstest::rstest;

use super::machine::space;
use super::store::engine;
use super::{Verdict, settings};
use db::EngineInfo;
use service::settings::Settings;
use service::settings::listen::Address;

#[rstest]
#[case(0, Verdict::Fail)]
#[case(64 << 20, Verdict::Warn)]
#[case(1 << 30, Verdict::Ok)]
#[case(u64::MAX, Verdict::Ok)]
fn little_free_space_is_reported_before_the_disk_is_full(#[case] free: u64, #[case] verdict: Verdict) {
    assert_eq!(space(free).verdict, verdict);
}

fn postgres(major: i64, encoding: &str) -> EngineInfo {
    EngineInfo::Postgres { version: format!("{major}.1"), major, encoding: encoding.into() }
}

#[rstest]
#[case(postgres(18, "UTF8"), Verdict::Ok)]
#[case(postgres(11, "UTF8"), Verdict::Warn)]
#[case(postgres(18, "SQL_ASCII"), Verdict::Fail)]
#[case(EngineInfo::Sqlite { version: "3.50.4".into(), journal: "wal".into() }, Verdict::Ok)]
#[case(EngineInfo::Sqlite { version: "3.50.4".into(), journal: "delete".into() }, Verdict::Warn)]
fn an_engine_is_judged_by_version_encoding_and_journal(#[case] info: EngineInfo, #[case] verdict: Verdict) {
    assert_eq!(engine(&info).verdict, verdict);
}

#[rstest]
#[case("127.0.0.1:8080", None, Verdict::Ok)]
#[case("0.0.0.0:8080", None, Verdict::Warn)]
#[case("0.0.0.0:8080", Some("https://status.example"), Verdict::Ok)]
#[case("127.0.0.1:8080", Some("http://localhost:8080"), Verdict::Ok)]
#[case("127.0.0.1:8080", Some("http://[::1]:8080"), Verdict::Ok)]
#[case("127.0.0.1:8080", Some("http://status.example"), Verdict::Warn)]
#[case("127.0.0.1:8080", Some("http://localhost.example"), Verdict::Warn)]
#[case("127.0.0.1:8080", Some("ftp://status.example"), Verdict::Fail)]
#[case("127.0.0.1:8080", Some("status"), Verdict::Fail)]
fn a_public_url_is_encrypted_or_local(
    #[case] listen: &str,
    #[case] url: Option<&str>,
    #[case] verdict: Verdict,
) {
    let listen: Address = listen.parse().expect("an address");
    let chosen =
        Settings { listen: listen.clone(), public_url: url.map(str::to_owned), ..Settings::default() };
    let checks = settings(&chosen);
    let of = |name: &str| checks.iter().find(|check| check.check == name);
    assert_eq!(of("public url").map(|check| check.verdict), Some(verdict));
    let is_public = !listen.is_loopback() || url.is_some();
    assert_eq!(of("metrics").is_some(), is_public);
}
