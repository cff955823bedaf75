//! The reader threads of the embedded engine, in two lanes, so that a small read never waits for a large one.
//!
//! Every read starts in the small lane, which has a fixed number of seats, each with one thread. A read that exceeds
//! [`BUDGET`] gives up its seat, which another thread takes, and goes on as a large read. Large reads share half of the
//! processors while small ones arrive, and all of them while none do. The kind of request that a large read came from is
//! remembered: the next one starts in a queue of its own, in which callers take turns.
//!
//! A read whose caller is gone is not begun; one that runs is interrupted by the engine's progress handler, or before its
//! next statement.

mod turns;

#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};
use tokio::sync::oneshot;

use self::turns::Turns;
use super::{Access, connect, spawn, stopped};
use crate::origin::{LargeKinds, Origin, processors, share};
use crate::{Conn, Error, Meter, Result};

/// As many small reads at once as there are processors, within these: each has pages of its own in memory.
const SEATS: RangeInclusive<usize> = 2..=8;
/// How many threads there are beside the seats at most: for large reads that run, and for those that were begun and wait.
const SPARES: usize = 24;
/// After how many instructions of SQLite's virtual machine a running read is looked at: some 20 microseconds.
const TICK: i32 = 1000;
/// How many ticks a small read has: some milliseconds. A page of 200 rows with what belongs to them needs a tenth.
const BUDGET: u32 = 200;
/// How often a large read that waits looks whether it may go on.
const PAUSE: Duration = Duration::from_millis(3);
/// How long a thread without a seat waits for work before it ends.
const IDLE: Duration = Duration::from_secs(10);

/// The reader threads, which end when this is dropped.
pub struct Readers {
    small: Sender<Job>,
    shared: Arc<Shared>,
}

/// A read that was not begun.
struct Job {
    work: Box<dyn FnOnce(&mut Conn) + Send>,
    ticket: Arc<Ticket>,
}

/// What a read and its caller share.
struct Ticket {
    origin: Origin,
    is_abandoned: AtomicBool,
}

/// Marks a read as abandoned when its caller no longer waits for it.
struct Waiting(Arc<Ticket>);

/// The read that runs on a connection; only the connection's thread looks at it.
#[derive(Default)]
pub struct Watch(Mutex<Current>);

#[derive(Default)]
struct Current {
    /// None between reads, and while a transaction is ended, which nothing interrupts.
    ticket: Option<Arc<Ticket>>,
    ticks: u32,
    lane: Lane,
    /// How many small reads had begun when this one did, and when that was last looked at.
    begun_at_start: u64,
    begun_last: u64,
    /// Because its caller went away.
    was_interrupted: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Lane {
    /// On a seat.
    #[default]
    Small,
    /// Among the large reads that run.
    Large,
    /// Large, and not running: it waits, or is about to end.
    Paused,
}

struct Shared {
    path: PathBuf,
    access: Access,
    /// Each thread has it for as long as it has a connection.
    running: Sender<()>,
    is_closed: AtomicBool,
    small: Receiver<Job>,
    /// How many small reads have begun.
    small_begun: AtomicU64,
    processors: usize,
    lanes: Mutex<Lanes>,
    changed: Condvar,
    large_kinds: LargeKinds,
    meter: Arc<Meter>,
}

#[derive(Default)]
struct Lanes {
    threads: usize,
    /// Threads that wait for a seat or a large read, or are being started.
    idle: usize,
    /// Seats that no thread has.
    vacant: usize,
    /// Large reads that run.
    running: usize,
    /// Large reads that were begun and wait.
    paused: usize,
    /// Large reads that were not begun.
    queue: Turns,
}

/// What a thread does next.
enum Role {
    Small,
    Large(Job),
    End,
}

impl Readers {
    /// Starts the threads that have seats.
    pub fn start(path: &Path, access: Access, meter: Arc<Meter>, running: &Sender<()>) -> Result<Self> {
        let (small, waiting) = unbounded();
        let shared = Arc::new(Shared {
            path: path.to_owned(),
            access,
            running: running.clone(),
            is_closed: AtomicBool::new(false),
            small: waiting,
            small_begun: AtomicU64::new(0),
            processors: processors(),
            lanes: Mutex::default(),
            changed: Condvar::new(),
            large_kinds: LargeKinds::default(),
            meter,
        });
        let readers = Self { small, shared };
        for number in 0..readers.shared.seats() {
            let conn = readers.shared.connect()?;
            let shared = Arc::clone(&readers.shared);
            shared.lock().threads += 1;
            let running = shared.running.clone();
            spawn(format!("sqlite-reader-{number}"), &running, move || shared.serve(conn, Role::Small))?;
        }
        Ok(readers)
    }

    /// Runs work on one of the threads. Where this is dropped before it begins, it does not begin; while it runs, it is
    /// interrupted.
    pub async fn run<T: Send + 'static, E: From<Error> + Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let (answer, answered) = oneshot::channel();
        let ticket = Arc::new(Ticket { origin: Origin::current(), is_abandoned: AtomicBool::new(false) });
        let waiting = Waiting(Arc::clone(&ticket));
        let job = Job { work: Box::new(move |conn| drop(answer.send(work(conn)))), ticket };
        self.shared.meter.read_queued();
        if self.shared.large_kinds.contains(job.ticket.origin) {
            self.shared.enqueue(job);
        } else {
            self.small.send(job).map_err(|_| stopped())?;
        }
        let answer = answered.await.map_err(|_| stopped())?;
        drop(waiting);
        answer
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        // Under the lock, so that no thread misses it between its look and its sleep.
        let lanes = self.shared.lock();
        self.shared.is_closed.store(true, Ordering::Relaxed);
        drop(lanes);
        self.shared.changed.notify_all();
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.is_abandoned.store(true, Ordering::Relaxed);
    }
}

impl Ticket {
    fn is_abandoned(&self) -> bool {
        self.is_abandoned.load(Ordering::Relaxed)
    }
}

impl Watch {
    fn lock(&self) -> MutexGuard<'_, Current> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns `Ok` if the caller still waits; for work between statements, which the engine does not see.
    pub fn check(&self) -> Result<()> {
        let mut current = self.lock();
        if current.ticket.as_ref().is_none_or(|ticket| !ticket.is_abandoned()) {
            return Ok(());
        }
        current.was_interrupted = true;
        Err(Error::Unavailable("the caller no longer waits".into()))
    }

    /// From here on nothing interrupts what the connection does.
    pub fn release(&self) {
        self.lock().ticket = None;
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }

    fn seats(&self) -> usize {
        self.processors.clamp(*SEATS.start(), *SEATS.end())
    }

    fn connect(self: &Arc<Self>) -> Result<Conn> {
        let pragmas = "pragma query_only = on; pragma cache_size = -2000;";
        let mut conn = connect(&self.path, self.access, pragmas)?;
        let watch = Arc::new(Watch::default());
        let (shared, own) = (Arc::clone(self), Arc::clone(&watch));
        conn.progress_handler(TICK, Some(move || !shared.may_go_on(&own))).map_err(Error::from)?;
        Ok(Conn::Sqlite(super::Client { conn, appended: 0, watch: Some(watch) }))
    }

    fn serve(self: &Arc<Self>, mut conn: Conn, mut role: Role) {
        loop {
            let (has_seat, begun) = match role {
                Role::Small => match self.small.recv() {
                    // Another one of its kind turned out to be large meanwhile.
                    Ok(job) if self.large_kinds.contains(job.ticket.origin) => {
                        self.enqueue(job);
                        role = Role::Small;
                        continue;
                    }
                    Ok(job) => self.perform(&mut conn, job, Lane::Small),
                    Err(_) => return,
                },
                Role::Large(job) => self.perform(&mut conn, job, Lane::Large),
                Role::End => return,
            };
            role = if has_seat {
                Role::Small
            } else {
                self.lock().idle += 1;
                self.next_role(begun)
            };
        }
    }

    /// Performs a read; whether the thread has a seat afterwards, and how many small reads had begun before.
    fn perform(&self, conn: &mut Conn, job: Job, lane: Lane) -> (bool, u64) {
        let Conn::Sqlite(super::Client { watch: Some(watch), .. }) = &*conn else {
            unreachable!("the readers' connections are watched")
        };
        let watch = Arc::clone(watch);
        let Job { work, ticket } = job;
        self.meter.read_dequeued();
        let begun = match lane {
            Lane::Small => self.small_begun.fetch_add(1, Ordering::Relaxed) + 1,
            _ => self.small_begun.load(Ordering::Relaxed),
        };
        *watch.lock() = Current {
            ticket: Some(Arc::clone(&ticket)),
            lane,
            begun_at_start: begun,
            begun_last: begun,
            ..Current::default()
        };
        let was_begun = !ticket.is_abandoned();
        if was_begun {
            work(conn);
        }
        let ended = std::mem::take(&mut *watch.lock());
        if !was_begun {
            self.meter.read_abandoned(false);
        } else if ended.was_interrupted {
            self.meter.read_abandoned(true);
        } else if lane == Lane::Large && ended.ticks < BUDGET {
            self.large_kinds.remove(ticket.origin);
        }
        if ended.lane == Lane::Large {
            self.lock().running -= 1;
            self.changed.notify_all();
        }
        (ended.lane == Lane::Small, ended.begun_at_start)
    }

    /// Waits, as a thread that counts as idle, for a seat or for a large read; `begun` is a number of small reads that had
    /// begun some time ago.
    fn next_role(&self, mut begun: u64) -> Role {
        let mut lanes = self.lock();
        let role = loop {
            if self.is_closed() {
                break Role::End;
            }
            if lanes.vacant > 0 {
                lanes.vacant -= 1;
                break Role::Small;
            }
            let now = self.small_begun.load(Ordering::Relaxed);
            let has_room = lanes.paused == 0 && self.has_room(&lanes, now == begun);
            begun = now;
            if has_room && let Some(job) = lanes.queue.next() {
                lanes.running += 1;
                break Role::Large(job);
            }
            let is_idle = lanes.queue.is_empty();
            let waited = self.changed.wait_timeout(lanes, if is_idle { IDLE } else { PAUSE });
            let (again, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            lanes = again;
            if is_idle && timeout.timed_out() && lanes.vacant == 0 && lanes.queue.is_empty() {
                break Role::End;
            }
        };
        lanes.idle -= 1;
        lanes.threads -= usize::from(matches!(role, Role::End));
        role
    }

    /// Whether another large read may run; `is_quiet` where no small read began for a while.
    fn has_room(&self, lanes: &Lanes, is_quiet: bool) -> bool {
        lanes.running < self.share() || (is_quiet && lanes.running < self.processors)
    }

    /// How many large reads run while small ones arrive.
    fn share(&self) -> usize {
        share(self.processors)
    }

    /// Puts a read among the large ones that were not begun.
    fn enqueue(self: &Arc<Self>, job: Job) {
        let mut lanes = self.lock();
        for _ in 0..lanes.queue.push(job) {
            self.meter.read_dequeued();
            self.meter.read_abandoned(false);
        }
        if lanes.vacant >= lanes.idle {
            self.add_thread(&mut lanes);
        }
        drop(lanes);
        self.changed.notify_all();
    }

    /// Starts a thread that counts as idle; whether there is room for it.
    fn add_thread(self: &Arc<Self>, lanes: &mut Lanes) -> bool {
        if lanes.threads >= self.seats() + SPARES {
            return false;
        }
        let shared = Arc::clone(self);
        let name = format!("sqlite-reader-{}", lanes.threads);
        let spawned = spawn(name, &self.running, move || match shared.connect() {
            Ok(conn) => {
                let role = shared.next_role(shared.small_begun.load(Ordering::Relaxed));
                shared.serve(conn, role);
            }
            Err(error) => {
                tracing::warn!(%error, "a thread that reads cannot open the database");
                let mut lanes = shared.lock();
                (lanes.threads, lanes.idle) = (lanes.threads - 1, lanes.idle - 1);
            }
        });
        let is_spawned = spawned.is_ok();
        lanes.threads += usize::from(is_spawned);
        lanes.idle += usize::from(is_spawned);
        is_spawned
    }

    /// Whether the read that runs may go on; asked by the engine after each tick, and waits where others come first.
    fn may_go_on(self: &Arc<Self>, watch: &Watch) -> bool {
        let mut current = watch.lock();
        let Some(ticket) = current.ticket.clone() else { return true };
        current.ticks += 1;
        let goes_on = !(ticket.is_abandoned() || self.is_closed())
            && match current.lane {
                Lane::Small if current.ticks < BUDGET => true,
                Lane::Small => self.leave_seat(&mut current, &ticket),
                Lane::Large => self.give_way(&mut current, &ticket),
                Lane::Paused => false,
            };
        current.was_interrupted |= !goes_on && ticket.is_abandoned();
        goes_on
    }

    /// A read turns out to be large: its seat becomes vacant. Where no thread could take it, the read is refused.
    fn leave_seat(self: &Arc<Self>, current: &mut Current, ticket: &Ticket) -> bool {
        self.large_kinds.insert(ticket.origin);
        let mut lanes = self.lock();
        if lanes.vacant >= lanes.idle && !self.add_thread(&mut lanes) {
            self.meter.read_refused();
            return false;
        }
        lanes.vacant += 1;
        self.changed.notify_all();
        self.meter.read_is_large();
        current.lane = Lane::Paused;
        self.wait_for_turn(lanes, current, ticket)
    }

    /// A large read makes room for small ones that arrived meanwhile.
    fn give_way(&self, current: &mut Current, ticket: &Ticket) -> bool {
        let begun = self.small_begun.load(Ordering::Relaxed);
        if begun == current.begun_last {
            return true;
        }
        current.begun_last = begun;
        let mut lanes = self.lock();
        if lanes.running <= self.share() {
            return true;
        }
        lanes.running -= 1;
        current.lane = Lane::Paused;
        self.wait_for_turn(lanes, current, ticket)
    }

    /// Waits until a large read may run; false where its caller goes away.
    fn wait_for_turn(
        &self,
        mut lanes: MutexGuard<'_, Lanes>,
        current: &mut Current,
        ticket: &Ticket,
    ) -> bool {
        while !ticket.is_abandoned() && !self.is_closed() {
            let begun = self.small_begun.load(Ordering::Relaxed);
            let has_room = self.has_room(&lanes, begun == current.begun_last);
            current.begun_last = begun;
            if has_room {
                lanes.running += 1;
                current.lane = Lane::Large;
                return true;
            }
            lanes.paused += 1;
            let waited = self.changed.wait_timeout(lanes, PAUSE);
            lanes = waited.unwrap_or_else(PoisonError::into_inner).0;
            lanes.paused -= 1;
        }
        false
    }
}
