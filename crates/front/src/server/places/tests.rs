use tokio::time::advance;

use super::*;

/// A connection that is open until its place is given to another.
struct Open {
    task: tokio::task::JoinHandle<()>,
    work: Work,
    is_reserve: Arc<AtomicBool>,
}

fn open(places: &Arc<Places>, ip: &str) -> Option<Open> {
    let work = Work::new();
    let place = places.enter(ip.parse().expect("an address"), work.clone())?;
    let (id, is_reserve) = (place.id(), place.is_reserve.clone());
    let task = tokio::spawn(async move {
        let _place = place;
        std::future::pending::<()>().await;
    });
    places.set_task(id, task.abort_handle());
    Some(Open { task, work, is_reserve })
}

impl Open {
    fn is_reserve(&self) -> bool {
        self.is_reserve.load(Ordering::Relaxed)
    }

    async fn is_closed(&self) -> bool {
        for _ in 0..4 {
            tokio::task::yield_now().await;
        }
        self.task.is_finished()
    }
}

#[tokio::test(start_paused = true)]
async fn the_peer_with_most_connections_gives_up_the_one_that_has_been_idle_longest() {
    let places = Places::new(4);
    let mut many = Vec::new();
    for _ in 0..3 {
        many.push(open(&places, "192.0.2.1").expect("a place"));
        advance(Duration::from_millis(10)).await;
    }
    let one = open(&places, "192.0.2.2").expect("a place");
    many[0].work.touch();
    let other = open(&places, "192.0.2.3").expect("a place");
    assert!(!other.is_reserve() && !one.is_closed().await);
    assert!(!many[0].is_closed().await && many[1].is_closed().await && !many[2].is_closed().await);
}

#[tokio::test(start_paused = true)]
async fn requests_in_progress_keep_their_places_and_the_next_connection_goes_to_the_reserve() {
    let places = Places::new(2);
    let (first, second) = (open(&places, "192.0.2.1").unwrap(), open(&places, "192.0.2.1").unwrap());
    let (working, _also) = (first.work.begin(), second.work.begin());
    let next = open(&places, "192.0.2.2").expect("a place");
    assert!(next.is_reserve() && !first.is_closed().await && !second.is_closed().await);
    drop(working);
    advance(REST).await;
    let last = open(&places, "192.0.2.1").expect("a place");
    assert!(!last.is_reserve() && first.is_closed().await);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_stalls_its_requests_gives_way_to_others_and_not_to_itself() {
    let places = Places::new(3);
    let stalled: Vec<_> = (0..3).map(|_| open(&places, "2001:db8::1").expect("a place")).collect();
    let _working: Vec<_> = stalled.iter().map(|open| open.work.begin()).collect();
    for open in &stalled {
        open.work.set_awaits_reader(true);
    }
    // The same network of 64 bits.
    assert!(open(&places, "2001:db8::2").expect("a place").is_reserve());
    assert!(!open(&places, "2001:db8:1::1").expect("a place").is_reserve());
}

#[tokio::test(start_paused = true)]
async fn a_connection_just_between_two_requests_is_not_closed_for_one_of_its_own_peer() {
    let places = Places::new(1);
    let first = open(&places, "192.0.2.1").expect("a place");
    let second = open(&places, "192.0.2.1").expect("a place");
    assert!(second.is_reserve() && !first.is_closed().await);
}

#[tokio::test(start_paused = true)]
async fn a_request_in_the_reserve_gets_a_freed_place() {
    let places = Places::new(1);
    let first = open(&places, "192.0.2.1").expect("a place");
    let _working = first.work.begin();
    let place = places.enter("192.0.2.2".parse().unwrap(), Work::new()).expect("a place");
    let (left, ()) = tokio::join!(timeout(Duration::from_secs(9), place.leave_reserve()), async {
        tokio::task::yield_now().await;
        first.task.abort();
    });
    assert!(left.is_ok() && !place.is_reserve());
    assert_eq!(places.taken().reserved, 0);
}

#[tokio::test(start_paused = true)]
async fn connections_beyond_the_reserve_are_refused_and_leave_nothing_behind() {
    let places = Places::new(1);
    let first = open(&places, "192.0.2.1").expect("a place");
    let _working = first.work.begin();
    let mut reserve: Vec<_> = (0..RESERVE).map(|_| open(&places, "192.0.2.1").expect("a place")).collect();
    // One that waits is closed for the next.
    let next = open(&places, "192.0.2.1").expect("a place");
    assert!(reserve[0].is_closed().await || reserve.iter().any(|open| open.task.is_finished()));
    let probes: Vec<_> = reserve.iter().map(|open| open.work.begin()).collect();
    let _also = next.work.begin();
    assert!(open(&places, "192.0.2.9").is_none());
    drop(probes);
    assert!(open(&places, "192.0.2.9").expect("a place").is_reserve());
    reserve.extend([first, next]);
    for open in &reserve {
        open.task.abort();
        assert!(open.is_closed().await);
    }
    let taken = places.taken();
    assert_eq!((taken.by.len(), taken.reserved, taken.peers.len()), (1, 1, 1), "the last one");
}
