//! The bound of open connections. [`super`] takes a place for each connection.
//!
//! There are `most` places and a small reserve. If all places are taken, a new connection gets the place of one that waits
//! for its client: of the peer with the most connections, the one that has waited longest. If none waits, the new connection
//! goes to the reserve, in which probes are answered and other requests wait for a place.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::work::Work;
use service::client::network;

/// Number of places in the reserve.
const RESERVE: usize = 32;
/// Minimum idle time of a connection that may be closed: a shorter one is probably between two requests.
const REST: Duration = Duration::from_secs(1);

/// The places of a listener.
#[derive(Debug)]
pub struct Places {
    most: usize,
    taken: Mutex<Taken>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct Taken {
    next: u64,
    by: HashMap<u64, Holder>,
    /// Number of open connections per peer.
    peers: HashMap<IpAddr, Arc<AtomicUsize>>,
    reserved: usize,
}

#[derive(Debug)]
struct Holder {
    peer: IpAddr,
    /// Number of open connections of the peer.
    count: Arc<AtomicUsize>,
    work: Work,
    task: Option<AbortHandle>,
    is_reserve: Arc<AtomicBool>,
}

/// The place of a connection, which is freed on drop.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    id: u64,
    peer: IpAddr,
    is_reserve: Arc<AtomicBool>,
}

impl Places {
    /// A number of places, and the reserve.
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, taken: Mutex::default(), freed: Notify::new() })
    }

    /// A place for a new connection; `None` if even the reserve is full and no connection can be closed.
    pub fn enter(self: &Arc<Self>, peer: IpAddr, work: Work) -> Option<Place> {
        let peer = network(peer);
        let mut taken = self.taken();
        let has_room = self.make_room(&mut taken, peer);
        if !has_room && taken.reserved >= RESERVE && !taken.close_one(peer, true) {
            return None;
        }
        let id = taken.next;
        taken.next += 1;
        let count = taken.peers.entry(peer).or_default().clone();
        count.fetch_add(1, Ordering::Relaxed);
        taken.reserved += usize::from(!has_room);
        let is_reserve = Arc::new(AtomicBool::new(!has_room));
        taken.by.insert(id, Holder { peer, count, work, task: None, is_reserve: is_reserve.clone() });
        Some(Place { places: self.clone(), id, peer, is_reserve })
    }

    /// Sets the task of a connection, which is aborted when another connection gets its place.
    pub fn set_task(&self, id: u64, task: AbortHandle) {
        if let Some(holder) = self.taken().by.get_mut(&id) {
            holder.task = Some(task);
        }
    }

    /// Closes a connection that waits for its client, because the process cannot open more files.
    pub fn close_one(&self) {
        let mut taken = self.taken();
        let _closed =
            taken.close_one(IpAddr::from([0; 4]), false) || taken.close_one(IpAddr::from([0; 4]), true);
    }

    fn make_room(&self, taken: &mut Taken, peer: IpAddr) -> bool {
        taken.by.len() - taken.reserved < self.most || taken.close_one(peer, false)
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    /// Closes a connection for a new one, if possible: one that has been idle for a while, or one that waits for its client and
    /// whose peer has more connections than the new one's. In the reserve, which probes leave at once, any waiting connection
    /// may be closed.
    fn close_one(&mut self, newcomer: IpAddr, in_reserve: bool) -> bool {
        let own = self.peers.get(&newcomer).map_or(0, |count| count.load(Ordering::Relaxed)) + 1;
        let candidates = self.by.iter().filter(|(_, holder)| {
            holder.task.is_some() && holder.is_reserve.load(Ordering::Relaxed) == in_reserve
        });
        let best = candidates
            .filter_map(|(id, holder)| {
                let count = holder.count.load(Ordering::Relaxed);
                let waits = holder.work.idle_for().or_else(|| holder.work.stalled_for());
                let idle = holder.work.idle_for().is_some_and(|idle| idle >= REST);
                let waits = waits.filter(|_| in_reserve || idle || count > own)?;
                Some(((count, holder.work.idle_for().is_some(), waits), *id))
            })
            .max();
        let Some((_, id)) = best else { return false };
        if let Some(task) = self.leave(id).and_then(|holder| holder.task) {
            task.abort();
        }
        true
    }

    fn leave(&mut self, id: u64) -> Option<Holder> {
        let holder = self.by.remove(&id)?;
        if holder.count.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.peers.remove(&holder.peer);
        }
        self.reserved -= usize::from(holder.is_reserve.load(Ordering::Relaxed));
        Some(holder)
    }
}

impl Place {
    /// The number of the place.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Whether it is in the reserve.
    pub fn is_reserve(&self) -> bool {
        self.is_reserve.load(Ordering::Relaxed)
    }

    /// Waits for a place outside the reserve.
    pub async fn leave_reserve(&self) {
        loop {
            let freed = self.places.freed.notified();
            {
                let mut taken = self.places.taken();
                if self.places.make_room(&mut taken, self.peer) {
                    if taken.by.contains_key(&self.id) && self.is_reserve.swap(false, Ordering::Relaxed) {
                        taken.reserved -= 1;
                    }
                    return;
                }
            }
            // Without a freed place, a connection may have become idle.
            let _late = timeout(REST / 4, freed).await;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let left = self.places.taken().leave(self.id);
        if left.is_some() {
            self.places.freed.notify_one();
        }
    }
}
