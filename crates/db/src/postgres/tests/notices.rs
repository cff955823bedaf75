//! Tests of the connection that listens for the commits of other processes.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, UnixStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::super::connect::Address;
use super::super::notices::{listen, watch};
use super::database::Database;
use super::machines::{LONG, PARAMETERS, address, serve, stopped};
use super::number;
use crate::signal::{Signal, Subscription};
use crate::{Db, Error, Result, Timeouts};

const ACCOUNT: i64 = 7;
/// What another process sends after a commit of the account.
const NOTICE: &str = "select count(pg_notify('statuary_events', '1 7'))";
/// The number of this process.
const OWN: u32 = 2;
/// The time after which a server that says nothing is suspected, in a test that waits for it.
const SHORT: Duration = Duration::from_millis(500);

/// The listening of one process to a machine that can go silent.
struct Listening {
    signal: Arc<Signal>,
    reader: Subscription,
    ended: JoinHandle<Result<()>>,
    silence: Arc<Notify>,
}

impl Listening {
    /// Listens at an address whose first connection goes to a machine, and waits until the channel is heard.
    async fn begin(at: &Address, machine: TcpListener, database: &Database, timeouts: Timeouts) -> Self {
        let (signal, silence) = (Arc::<Signal>::default(), Arc::<Notify>::default());
        forward(machine, database, Arc::clone(&silence));
        let mut reader = signal.subscribe(ACCOUNT);
        let (at, told) = (at.clone(), Arc::downgrade(&signal));
        let ended = tokio::spawn(async move { listen(&at, timeouts, OWN, &told).await });
        reader.woken().await;
        Self { signal, reader, ended, silence }
    }

    /// How the listening ends, which a test does not wait for much longer than it takes.
    async fn end(self) -> Result<()> {
        let ended = timeout(LONG, self.ended).await.expect("it ends by itself").expect("no panic");
        drop(self.signal);
        ended
    }
}

/// Forwards one connection to the database, until it goes silent: it stays open, and nothing passes.
fn forward(machine: TcpListener, database: &Database, silence: Arc<Notify>) {
    let socket = database.socket();
    tokio::spawn(async move {
        let (mut client, _) = machine.accept().await.expect("a client");
        let mut server = UnixStream::connect(socket).await.expect("a server");
        tokio::select! {
            _ = copy_bidirectional(&mut client, &mut server) => {}
            () = silence.notified() => pending().await,
        }
    });
}

#[tokio::test]
async fn listening_ends_when_the_server_no_longer_responds() {
    let (database, machine) = (Database::create().await, stopped().await);
    let db = &database.open().await;
    let at = Address::new(&database.url(&address(&machine), "sslmode=disable")).expect("an address");
    let timeouts = Timeouts { suspicion: SHORT, ..Timeouts::for_service(LONG) };
    let mut listening = Listening::begin(&at, machine, &database, timeouts).await;
    number(db, NOTICE).await.expect("a notice");
    listening.reader.woken().await;
    listening.silence.notify_one();
    assert!(matches!(listening.end().await, Err(Error::Unavailable(_))));
}

#[tokio::test]
async fn listening_to_a_machine_ends_when_another_one_takes_its_place() {
    let (database, first, second) = (Database::create().await, stopped().await, stopped().await);
    let machines = format!("{},{}", address(&first), address(&second));
    let at = Address::new(&database.url(&machines, PARAMETERS)).expect("an address");
    // So long that only the other machine can be the reason.
    let timeouts = Timeouts { suspicion: 10 * LONG, ..Timeouts::for_service(LONG) };
    let listening = Listening::begin(&at, first, &database, timeouts).await;
    listening.silence.notify_one();
    serve(second, 0, &database);
    let pool = at.pool(1, timeouts, None).expect("a pool");
    pool.get().await.expect("a connection to the other machine");
    listening.end().await.expect("no error");
}

#[tokio::test]
async fn commits_are_heard_again_on_another_machine_when_the_first_one_goes_silent() {
    let (database, first, second) = (Database::create().await, stopped().await, stopped().await);
    let db = &database.open().await;
    let machines = format!("{},{}", address(&first), address(&second));
    let at = Address::new(&database.url(&machines, PARAMETERS)).expect("an address");
    let timeouts = Timeouts { suspicion: SHORT, ..Timeouts::for_service(LONG) };
    let (signal, silence) = (Arc::<Signal>::default(), Arc::<Notify>::default());
    forward(first, &database, Arc::clone(&silence));
    let (mut reader, mut other) = (signal.subscribe(ACCOUNT), signal.subscribe(ACCOUNT + 1));
    let watching = tokio::spawn(watch(at, timeouts, OWN, Arc::downgrade(&signal)));
    timeout(LONG, hear(db, &mut reader, &mut other)).await.expect("it listens to the first machine");
    silence.notify_one();
    serve(second, 0, &database);
    timeout(LONG, other.woken()).await.expect("it begins again");
    timeout(LONG, hear(db, &mut reader, &mut other)).await.expect("it listens to the second machine");
    drop(signal);
    watching.await.expect("no panic");
}

/// Sends notices until one wakes a reader of its account alone: when a connection begins to listen, everyone is woken.
async fn hear(db: &Db, reader: &mut Subscription, other: &mut Subscription) {
    loop {
        number(db, NOTICE).await.expect("a notice");
        reader.woken().await;
        if other.woken().now_or_never().is_none() {
            return;
        }
    }
}
