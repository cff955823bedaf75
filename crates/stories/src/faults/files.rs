//! Fault files: syntax and meaning.

use rstest::rstest;

use super::{faults, file};

#[rstest]
#[case::no_toml("seed = ", 1, "string values must be quoted")]
#[case::an_unknown_key("seed = 1\nrules = []", 2, "unknown field `rules`")]
#[case::an_unknown_key_of_a_rule(
    "\n[[rule]]\npath = '/a'\nfault = '503'\nchance = 1",
    5,
    "unknown field `chance`"
)]
#[case::no_path("[[rule]]\nfault = '503'", 1, "missing field `path`")]
#[case::a_relative_path("[[rule]]\npath = 'a'\nfault = '503'", 1, "`a` is no path")]
#[case::a_star_in_the_middle("\n\n[[rule]]\npath = '/*/a'\nfault = '503'", 3, "only its end may be a `*`")]
#[case::a_suffix("[[rule]]\npath = '/a.json'\nfault = '503'", 1, "without the slash or the `.json`")]
#[case::an_exempt_path("[[rule]]\npath = '/healthz'\nfault = '503'", 1, "/healthz never meets with a fault")]
#[case::a_method(
    "[[rule]]\nmethod = 'get'\npath = '/a'\nfault = '503'",
    1,
    "`get` is none of the methods GET,"
)]
#[case::an_unknown_fault("[[rule]]\npath = '/a'\nfault = '500'", 3, "`500` is not a fault")]
#[case::an_unknown_step("[[rule]]\npath = '/a'\nscript = [\n'ok',\n'500']", 3, "`500` is not a fault")]
#[case::a_long_delay(
    "[[rule]]\npath = '/a'\ndelay = '181s'",
    3,
    "is not a delay such as 500ms, 2s or 1m, up to 3m"
)]
#[case::nothing("[[rule]]\npath = '/a'", 1, "a fault, a delay or a script")]
#[case::nothing_at_all("[[rule]]\npath = '/a'\nfault = 'ok'", 1, "a fault, a delay or a script")]
#[case::both("[[rule]]\npath = '/a'\nfault = '503'\nscript = ['503']", 1, "a fault or a script, not both")]
#[case::no_step("[[rule]]\npath = '/a'\nscript = []", 1, "no step")]
#[case::a_share_above_all("[[rule]]\npath = '/a'\nfault = '503'\nshare = 1.5", 1, "not between 0 and 1")]
#[case::a_share_that_is_none("[[rule]]\npath = '/a'\nfault = '503'\nshare = nan", 1, "not between 0 and 1")]
#[case::a_share_of_a_script(
    "[[rule]]\npath = '/a'\nscript = ['503']\nshare = 0.5",
    1,
    "`share` is only for a fault"
)]
#[case::a_repeated_fault(
    "[[rule]]\npath = '/a'\nfault = '503'\nrepeat = true",
    1,
    "`repeat` is only for a script"
)]
#[case::done_elsewhere("[[rule]]\npath = '/a'\nfault = '503'\ndone = true", 1, "`done` is only for 504")]
#[case::waiting_elsewhere(
    "[[rule]]\npath = '/a'\nfault = '504'\nretry_after = 2",
    1,
    "`retry_after` is only for"
)]
fn an_invalid_file_is_reported_with_the_line(#[case] text: &str, #[case] line: usize, #[case] reason: &str) {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), text).expect("a text");
    let error = format!("{:#}", file::read(file.path()).expect_err("a broken file"));
    let start = format!("{} is not a file of faults: line {line}: ", file.path().display());
    assert!(error.starts_with(&start) && error.contains(reason), "{error}");
}

#[test]
fn the_options_of_a_rule_apply_to_each_of_its_faults() {
    let text = "
        [[rule]]
        path = '/a'
        script = ['ok', '429', '429,retry-after=9', '504', 'delay=1s,504']
        delay = '2s'
        done = true
        retry_after = 3";
    let faults = faults(text);
    let walk = || faults.next("GET", "/a", "/a");
    assert!(walk().is_nothing());
    let two = [walk(), walk()];
    assert_eq!(two.each_ref().map(|fault| fault.retry_after), [Some(3), Some(9)]);
    assert_eq!(two.map(|fault| fault.to_string()), ["delay=2s,429", "delay=2s,429"]);
    assert_eq!([walk(), walk()].map(|fault| fault.to_string()), ["delay=2s,504,done", "delay=1s,504,done"]);
}

#[rstest]
#[case("/api/v1/users/{id}", "/api/v1/users/7", "/api/v1/users/{id}", true)]
#[case("/api/v1/users/{any}", "/api/v1/users/7", "/api/v1/users/{id}", true)]
#[case("/api/v1/users/7", "/api/v1/users/7", "/api/v1/users/{id}", true)]
#[case("/api/v1/users/8", "/api/v1/users/7", "/api/v1/users/{id}", false)]
#[case("/api/v1/users/{id}", "/api/v1/users/me", "/api/v1/users/me", false)]
#[case("/api/v1/users", "/api/v1/users/me", "/api/v1/users/me", false)]
#[case("/api/v1/users/me/more", "/api/v1/users/me", "/api/v1/users/me", false)]
#[case("/api/v1/*", "/api/v1/users/me", "/api/v1/users/me", true)]
#[case("/api/v1/status*", "/api/v1/status_reports/7", "/api/v1/status_reports/{id}", true)]
#[case("/api/v1/status*", "/api/v1/users", "/api/v1/users", false)]
#[case("/api/v1/{kind}/*", "/api/v1/users/7", "/api/v1/users/{id}", false)]
#[case("/*", "/", "/", true)]
#[case("/", "/api", "/api", false)]
fn a_rule_matches_the_paths_of_its_pattern(
    #[case] own: &str,
    #[case] path: &str,
    #[case] route: &str,
    #[case] fits: bool,
) {
    let faults = faults(&format!("[[rule]]\npath = '{own}'\nfault = '503'"));
    assert_eq!(!faults.next("GET", path, route).is_nothing(), fits);
}
