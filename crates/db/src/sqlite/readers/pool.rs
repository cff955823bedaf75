//! The reader threads, and the rules by which reads share them.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};
use tokio::sync::oneshot;

use super::fair_queue::FairQueue;
use super::read_job::{ReadJob, Snapshot};
use super::watch::{AbandonOnDrop, Current, Lane, Ticket, Watch};
use crate::origin::{LargeKinds, Origin, processors, processors_for_large_reads};
use crate::sqlite::client::Client;
use crate::sqlite::file::{Access, connect};
use crate::sqlite::threads::{spawn, stopped};
use crate::sqlite::work::{run, snapshot};
use crate::unit::{Failure, Unit};
use crate::{Conn, Error, Meter, Result};

/// One slot for small reads per processor, within this range: each has a page cache of its own.
const SLOTS: RangeInclusive<usize> = 2..=8;
/// The largest number of threads beyond the slots, for large reads that run or are paused.
pub const EXTRA_THREADS: usize = 24;
/// The number of instructions of SQLite's virtual machine between two calls of the progress handler: about 20 microseconds.
const TICK: i32 = 1000;
/// The largest number of ticks of a small read: a few milliseconds. A page of 200 rows with its includes takes a tenth.
const SMALL: u32 = 200;
/// How often a paused large read checks whether it may continue.
const PAUSE: Duration = Duration::from_millis(3);
/// How long a thread without a slot waits for work before it ends.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10);

/// The reader threads, which end when this is dropped.
pub struct Readers {
    small: Sender<ReadJob>,
    pub(super) shared: Arc<Shared>,
}

pub struct Shared {
    path: PathBuf,
    access: Access,
    /// Each thread holds a clone for as long as it has a connection.
    running: Sender<()>,
    is_closed: AtomicBool,
    small: Receiver<ReadJob>,
    /// The number of small reads that have started.
    small_started: AtomicU64,
    processors: usize,
    lanes: Mutex<Lanes>,
    changed: Condvar,
    pub large_kinds: LargeKinds,
    pub meter: Arc<Meter>,
}

#[derive(Default)]
pub struct Lanes {
    threads: usize,
    /// Threads that wait for a slot or a large read, or are being started.
    idle: usize,
    /// Slots without a thread.
    pub vacant: usize,
    /// Large reads that run.
    pub running: usize,
    /// Large reads that have started and wait.
    pub paused: usize,
    /// Large reads that have not started.
    queue: FairQueue,
}

/// The next task of a thread.
enum Task {
    Small,
    Large(ReadJob),
    End,
}

impl Readers {
    /// Starts one thread per slot.
    pub fn start(path: &Path, access: Access, meter: Arc<Meter>, running: &Sender<()>) -> Result<Self> {
        let (small, waiting) = unbounded();
        let shared = Arc::new(Shared {
            path: path.to_owned(),
            access,
            running: running.clone(),
            is_closed: AtomicBool::new(false),
            small: waiting,
            small_started: AtomicU64::new(0),
            processors: processors(),
            lanes: Mutex::default(),
            changed: Condvar::new(),
            large_kinds: LargeKinds::default(),
            meter,
        });
        let readers = Self { small, shared };
        for number in 0..readers.shared.slots() {
            let conn = readers.shared.connect()?;
            let shared = Arc::clone(&readers.shared);
            shared.lock().threads += 1;
            let running = shared.running.clone();
            spawn(format!("sqlite-reader-{number}"), &running, move || shared.serve(conn, Task::Small))?;
        }
        Ok(readers)
    }

    /// Runs work on one of the threads. If the future is dropped, work that has not started does not start, and work that
    /// runs is interrupted.
    pub async fn run(&self, snapshot: Snapshot, unit: Unit) -> Result<(), Failure> {
        let (response, received) = oneshot::channel();
        let ticket = Arc::new(Ticket::new(Origin::current()));
        let waiting = AbandonOnDrop(Arc::clone(&ticket));
        let job = ReadJob { unit, snapshot, response, ticket };
        self.shared.meter.read_queued();
        if self.shared.large_kinds.contains(job.ticket.origin) {
            self.shared.enqueue(job);
        } else {
            self.small.send(job).map_err(|_| stopped())?;
        }
        let result = received.await.map_err(|_| stopped())?;
        drop(waiting);
        result
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        // Under the lock, so that no thread misses the notification between its check and its wait.
        let lanes = self.shared.lock();
        self.shared.is_closed.store(true, Ordering::Relaxed);
        drop(lanes);
        self.shared.changed.notify_all();
    }
}

impl Shared {
    pub fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }

    /// The number of slots for small reads.
    pub fn slots(&self) -> usize {
        self.processors.clamp(*SLOTS.start(), *SLOTS.end())
    }

    fn connect(self: &Arc<Self>) -> Result<Conn> {
        let pragmas = "pragma query_only = on; pragma cache_size = -2000;";
        let mut conn = connect(&self.path, self.access, pragmas)?;
        let watch = Arc::new(Watch::default());
        let (shared, own) = (Arc::clone(self), Arc::clone(&watch));
        conn.progress_handler(TICK, Some(move || !shared.may_continue(&own))).map_err(Error::from)?;
        let mut client = Client::new(conn);
        client.watch = Some(watch);
        Ok(Conn::Sqlite(client))
    }

    /// Performs reads on a connection until there are none for this thread.
    fn serve(self: &Arc<Self>, mut conn: Conn, mut task: Task) {
        loop {
            let (has_slot, started) = match task {
                Task::Small => match self.small.recv() {
                    // Another read of its kind became large while it waited.
                    Ok(job) if self.large_kinds.contains(job.ticket.origin) => {
                        self.enqueue(job);
                        task = Task::Small;
                        continue;
                    }
                    Ok(job) => self.perform(&mut conn, job, Lane::Small),
                    Err(_) => return,
                },
                Task::Large(job) => self.perform(&mut conn, job, Lane::Large),
                Task::End => return,
            };
            task = if has_slot {
                Task::Small
            } else {
                self.lock().idle += 1;
                self.next_task(started)
            };
        }
    }

    /// Performs a read. Returns whether the thread still has a slot, and the number of small reads that had started before.
    fn perform(&self, conn: &mut Conn, job: ReadJob, lane: Lane) -> (bool, u64) {
        let Conn::Sqlite(Client { watch: Some(watch), .. }) = &*conn else {
            unreachable!("the connections of readers are watched")
        };
        let watch = Arc::clone(watch);
        let ReadJob { unit, snapshot: kind, response, ticket } = job;
        self.meter.read_dequeued();
        let started = match lane {
            Lane::Small => self.small_started.fetch_add(1, Ordering::Relaxed) + 1,
            _ => self.small_started.load(Ordering::Relaxed),
        };
        *watch.lock() = Current {
            ticket: Some(Arc::clone(&ticket)),
            lane,
            started_before: started,
            started_last: started,
            ..Current::default()
        };
        let was_started = !ticket.is_abandoned();
        if was_started {
            let result = match kind {
                Snapshot::Transaction => snapshot(conn, unit),
                Snapshot::Statement => run(conn, unit),
            };
            drop(response.send(result));
        }
        let ended = std::mem::take(&mut *watch.lock());
        if !was_started {
            self.meter.read_abandoned(false);
        } else if ended.was_interrupted {
            self.meter.read_abandoned(true);
        } else if lane == Lane::Large && ended.ticks < SMALL {
            self.large_kinds.remove(ticket.origin);
        }
        if ended.lane == Lane::Large {
            self.lock().running -= 1;
            self.changed.notify_all();
        }
        (ended.lane == Lane::Small, ended.started_before)
    }

    /// Waits for a slot or a large read, as a thread that is counted as idle. `started` is an earlier number of started
    /// small reads.
    fn next_task(&self, mut started: u64) -> Task {
        let mut lanes = self.lock();
        let task = loop {
            if self.is_closed() {
                break Task::End;
            }
            if lanes.vacant > 0 {
                lanes.vacant -= 1;
                break Task::Small;
            }
            let now = self.small_started.load(Ordering::Relaxed);
            let has_room = lanes.paused == 0 && self.has_room(&lanes, now == started);
            started = now;
            if has_room && let Some(job) = lanes.queue.pop() {
                lanes.running += 1;
                break Task::Large(job);
            }
            let is_idle = lanes.queue.is_empty();
            let waited = self.changed.wait_timeout(lanes, if is_idle { IDLE_TIMEOUT } else { PAUSE });
            let (again, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            lanes = again;
            if is_idle && timeout.timed_out() && lanes.vacant == 0 && lanes.queue.is_empty() {
                break Task::End;
            }
        };
        lanes.idle -= 1;
        lanes.threads -= usize::from(matches!(task, Task::End));
        task
    }

    /// Whether another large read may run; `is_quiet` if no small read has started for a while.
    fn has_room(&self, lanes: &Lanes, is_quiet: bool) -> bool {
        lanes.running < processors_for_large_reads(self.processors)
            || (is_quiet && lanes.running < self.processors)
    }

    /// Adds a read to the queue for large reads.
    fn enqueue(self: &Arc<Self>, job: ReadJob) {
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

    /// Starts a thread that is counted as idle, if the number of threads allows it. Returns whether it did.
    fn add_thread(self: &Arc<Self>, lanes: &mut Lanes) -> bool {
        if lanes.threads >= self.slots() + EXTRA_THREADS {
            return false;
        }
        let shared = Arc::clone(self);
        let name = format!("sqlite-reader-{}", lanes.threads);
        let spawned = spawn(name, &self.running, move || match shared.connect() {
            Ok(conn) => {
                let task = shared.next_task(shared.small_started.load(Ordering::Relaxed));
                shared.serve(conn, task);
            }
            Err(error) => {
                tracing::warn!(%error, "a reader thread cannot open the database");
                let mut lanes = shared.lock();
                (lanes.threads, lanes.idle) = (lanes.threads - 1, lanes.idle - 1);
            }
        });
        let is_spawned = spawned.is_ok();
        lanes.threads += usize::from(is_spawned);
        lanes.idle += usize::from(is_spawned);
        is_spawned
    }

    /// Whether the current read may continue. The progress handler calls it at each tick; it blocks while the read is
    /// paused.
    fn may_continue(self: &Arc<Self>, watch: &Watch) -> bool {
        let mut current = watch.lock();
        let Some(ticket) = current.ticket.clone() else { return true };
        current.ticks += 1;
        let continues = !(ticket.is_abandoned() || self.is_closed())
            && match current.lane {
                Lane::Small if current.ticks < SMALL => true,
                Lane::Small => self.leave_slot(&mut current, &ticket),
                Lane::Large => self.yield_to_small_reads(&mut current, &ticket),
                Lane::Paused => false,
            };
        current.was_interrupted |= !continues && ticket.is_abandoned();
        continues
    }

    /// Turns a small read into a large one, which vacates its slot. If no thread could take the slot, the read is refused.
    fn leave_slot(self: &Arc<Self>, current: &mut Current, ticket: &Ticket) -> bool {
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

    /// Pauses a large read if small reads have started since its last tick and too many large ones run.
    fn yield_to_small_reads(&self, current: &mut Current, ticket: &Ticket) -> bool {
        let started = self.small_started.load(Ordering::Relaxed);
        if started == current.started_last {
            return true;
        }
        current.started_last = started;
        let mut lanes = self.lock();
        if lanes.running <= processors_for_large_reads(self.processors) {
            return true;
        }
        lanes.running -= 1;
        current.lane = Lane::Paused;
        self.wait_for_turn(lanes, current, ticket)
    }

    /// Waits until a large read may run. Returns false if its caller disconnects first.
    fn wait_for_turn(
        &self,
        mut lanes: MutexGuard<'_, Lanes>,
        current: &mut Current,
        ticket: &Ticket,
    ) -> bool {
        while !ticket.is_abandoned() && !self.is_closed() {
            let started = self.small_started.load(Ordering::Relaxed);
            let has_room = self.has_room(&lanes, started == current.started_last);
            current.started_last = started;
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
