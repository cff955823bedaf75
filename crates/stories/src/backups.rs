//! The schedule of backups: by the service's clock, once for all processes, and again after a failure.

use std::path::Path;
use std::sync::Arc;

use macros::both_engines;

use super::{Engine, TestApp, time};
use base::clock::Clock;
use service::settings::backup::{BackupSettings, DEFAULT_AT};
use statuary::backups::schedule::{Engine as Schedule, Looked};

fn settings(folder: &Path, keep: u16) -> BackupSettings {
    let keep = keep.try_into().expect("at least one");
    BackupSettings { folder: folder.to_owned(), keep, at: DEFAULT_AT, recipient: None }
}

fn schedule(app: &TestApp, of: &TestApp, machine: &Clock) -> Arc<Schedule> {
    let made = Schedule::new(app.app.clone(), of.store.location(), machine.clone()).expect("settings");
    made.expect("a schedule")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

#[both_engines]
async fn of_two_processes_one_makes_the_backup_of_each_day(engine: Engine) {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, two) = TestApp::harbor(engine).await.with_second_process().await;
    let with = |app: TestApp| app.set(|own| own.backup = Some(settings(folder.path(), 2)));
    let (one, two) = (with(one), with(two));
    let machine = Clock::manual_at(time("2026-02-20T00:00:00Z"));
    let schedules = [schedule(&one, &one, &machine), schedule(&two, &one, &machine)];
    for day in ["2026-02-20", "2026-02-21", "2026-02-22"] {
        one.wait_until(&format!("{day}T02:00:00Z"));
        two.app.clock.set(one.app.clock.now());
        let (first, second) = tokio::join!(schedules[0].look(), schedules[1].look());
        let looked = [first.expect("a look"), second.expect("a look")];
        let made = looked.iter().filter(|looked| matches!(looked, Looked::Made(_))).count();
        assert_eq!(made, 1, "{looked:?}");
        assert!(looked.contains(&Looked::Idle), "{looked:?}");
        for schedule in &schedules {
            assert_eq!(schedule.look().await.expect("a look"), Looked::Idle);
        }
    }
    assert_eq!(names(folder.path()), ["statuary-2026-02-21T020000Z.db", "statuary-2026-02-22T020000Z.db"]);
    // A minute before the time, it is still that of the day before.
    one.wait_until("2026-02-23T01:59:59Z");
    assert_eq!(schedules[0].look().await.expect("a look"), Looked::Idle);
}

#[both_engines]
async fn a_backup_that_failed_is_tried_again_after_ten_minutes(engine: Engine) {
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path().join("backups");
    std::fs::write(&folder, "in the way").expect("a file");
    let app = TestApp::harbor(engine).await.set(|own| own.backup = Some(settings(&folder, 7)));
    let machine = Clock::manual_at(time("2026-02-20T00:00:00Z"));
    let schedule = schedule(&app, &app, &machine);
    assert!(matches!(schedule.look().await.expect("a look"), Looked::Failed(_)));
    std::fs::remove_file(&folder).expect("a file");
    assert_eq!(schedule.look().await.expect("a look"), Looked::Idle);
    machine.advance(600);
    let Looked::Made(made) = schedule.look().await.expect("a look") else { panic!("no backup") };
    assert_eq!(names(&folder), [made.file_name().and_then(|name| name.to_str()).expect("a name")]);
    // What a process left behind that was killed is deleted with the next backup.
    std::fs::write(folder.join("statuary-2026-02-01T020000Z.db.Xy12ab.partial"), "half").expect("a file");
    app.app.clock.advance(86_400);
    assert!(matches!(schedule.look().await.expect("a look"), Looked::Made(_)));
    assert_eq!(names(&folder).len(), 2);
}
