//! Runs the corpus of the repository, and random parameters.

use std::path::Path;

use proptest::prelude::*;
use rstest::rstest;

use crate::fuzzing;

#[rstest]
#[case::form("form", fuzzing::form)]
#[case::parameters("parameters", fuzzing::parameters)]
#[case::passkey("passkey", fuzzing::passkey)]
#[case::archive("archive", fuzzing::archive)]
#[case::kantata("kantata", fuzzing::kantata)]
#[case::openproject("openproject", fuzzing::openproject)]
#[case::native("native", fuzzing::native)]
#[case::oauth("oauth", fuzzing::oauth)]
fn the_corpus_breaks_no_promise(#[case] target: &str, #[case] run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let mut files = 0;
    for file in std::fs::read_dir(&folder).expect("a corpus") {
        let path = file.expect("a file").path();
        run(&std::fs::read(&path).expect("a text"));
        files += 1;
    }
    assert!(files > 0, "{} is empty", folder.display());
}

#[test]
fn the_passkeys_of_the_corpus_are_good_unless_they_are_cut_off() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/passkey");
    let is_good =
        |name: &str| fuzzing::registered(&std::fs::read(folder.join(name)).expect("an answer")).is_some();
    for name in ["es256", "ed25519", "rs256", "extensions"] {
        assert!(is_good(name), "{name}");
    }
    assert!(!is_good("cut") && !is_good("deep"));
}

proptest! {
    #[test]
    fn any_members_are_read_or_refused(
        name in "(page|per_page|limit|offset|only|order|include|created_(after|before)|[a-z]{1,3})",
        value in "([0-9a-z,:+ -]{0,24}|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z?)?|\\PC{0,12})",
    ) {
        super::parameters(serde_json::json!({ &name: value, "x": { name: [value] } }).to_string().as_bytes());
    }
}
