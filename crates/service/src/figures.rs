//! The figures of the store in the metrics: how projects are doing, and what waits. They are read when `/metrics` is read, at
//! most every few seconds and for a limited time, and never by other requests.

use std::time::Duration;

use prometheus::{IntGauge, IntGaugeVec, Opts, Registry};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::collectors::registered;
use base::clock::{Clock, Time};
use db::Db;
use domain::error::Error;
use domain::figures::{Queues, Workspaces, store};
use domain::ids::AccountId;
use domain::portfolio::{Level, Standing};
use domain::work;

/// For how long figures are current, by the service's clock and by the machine's.
const CURRENT: Duration = Duration::from_secs(15);
/// The time limit for reading them. Earlier figures stay.
const LIMIT: Duration = Duration::from_secs(5);

/// The figures.
#[derive(Debug)]
pub struct StoreFigures {
    workspaces: [IntGauge; Standing::ALL.len()],
    overdue: IntGauge,
    mails: IntGauge,
    failing_mails: IntGauge,
    mail_age: IntGauge,
    /// Without a value until a backup was made.
    backup_age: IntGaugeVec,
    /// The times of the last read. One request reads at a time, and others wait for it.
    read: Mutex<Option<(Time, Instant)>>,
}

const fn label(standing: Standing) -> &'static str {
    match standing {
        Standing::Current(Level::Red) => "red",
        Standing::Current(Level::Yellow) => "yellow",
        Standing::Current(Level::Green) => "green",
        Standing::Silent => "silent",
        Standing::Unreported => "unreported",
        Standing::Resting => "resting",
    }
}

impl StoreFigures {
    /// Registers the figures.
    pub fn new(registry: &Registry) -> Self {
        let opts = Opts::new(
            "statuary_workspaces",
            "Workspaces that are not archived, by what their last report says.",
        );
        let workspaces = registered(registry, IntGaugeVec::new(opts, &["health"]));
        let gauge = |name: &str, help: &str| registered(registry, IntGauge::new(name, help));
        let backup = Opts::new("statuary_backup_age_seconds", "Age of the last backup of the schedule.");
        Self {
            workspaces: Standing::ALL.map(|standing| workspaces.with_label_values(&[label(standing)])),
            overdue: gauge("statuary_overdue_workspaces", "Workspaces whose report is overdue."),
            mails: gauge("statuary_mails_waiting", "Mails that wait to be sent."),
            failing_mails: gauge(
                "statuary_mails_failing",
                "Waiting mails that could not be sent at their last attempt.",
            ),
            mail_age: gauge("statuary_mail_queue_age_seconds", "Age of the oldest mail that is due."),
            backup_age: registered(registry, IntGaugeVec::new(backup, &[])),
            read: Mutex::default(),
        }
    }

    /// Reads the figures, unless they are current. Without the store, the earlier ones stay.
    pub async fn refresh(&self, db: &Db, clock: &Clock) {
        let mut read = self.read.lock().await;
        let now = clock.now();
        let is_current = read.is_some_and(|(at, instant)| {
            instant.elapsed() < CURRENT
                && at <= now
                && now.seconds_since(at) < CURRENT.as_secs().cast_signed()
        });
        if is_current {
            return;
        }
        match timeout(LIMIT, figures(db, now)).await {
            Ok(Ok((workspaces, queues))) => self.set(&workspaces, &queues, now),
            Ok(Err(error)) => tracing::warn!(%error, "the figures of the metrics cannot be read"),
            Err(_) => tracing::warn!("the figures of the metrics took too long, and the earlier ones stay"),
        }
        // After an error as well, so that a slow store is not asked at once again.
        *read = Some((now, Instant::now()));
    }

    fn set(&self, workspaces: &Workspaces, queues: &Queues, now: Time) {
        let age = |at: Time| now.seconds_since(at).max(0);
        self.workspaces.iter().zip(workspaces.standings).for_each(|(gauge, number)| gauge.set(number));
        self.overdue.set(workspaces.overdue);
        self.mails.set(queues.mails);
        self.failing_mails.set(queues.failing_mails);
        self.mail_age.set(queues.next_mail_at.map_or(0, age));
        if let Some(made) = queues.backup_made_at {
            self.backup_age.with_label_values::<&str>(&[]).set(age(made));
        }
    }
}

async fn figures(db: &Db, now: Time) -> Result<(Workspaces, Queues), Error> {
    let (mut sum, mut after) = (Workspaces::default(), AccountId(0));
    loop {
        let found = db.read(work!(|conn| Ok(store::accounts(conn, after).await?))).await?;
        let Some(last) = found.last() else { break };
        after = *last;
        for account_id in found {
            let before = sum;
            let read = db.read(work!(|conn| {
                let mut figures = before;
                store::add(conn, account_id, now, &mut figures).await?;
                Ok(figures)
            }));
            sum = read.await?;
        }
    }
    let queues = db.read(work!(|conn| Ok(store::queues(conn).await?))).await?;
    Ok((sum, queues))
}
