//! Tests of the machine that takes writes, beside others that are stopped or not ready, and of a pooler.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, UnixStream};
use tokio::task::JoinHandle;

use super::super::client::{Client, Transaction};
use super::super::connect::{Address, Connections};
use super::database::Database;
use super::{SLEEP, number};
use crate::{Conn, Error, Query, Result, Scope, Statement, Timeouts, Value};

pub const PARAMETERS: &str = "sslmode=disable&target_session_attrs=read-write";
/// The time of a statement: half of it is that of a connection, which no test waits for.
pub const LONG: Duration = Duration::from_mins(1);
/// Enough connections that they do not begin with the same machine by chance.
const CONNECTIONS: usize = 8;

/// A machine that is stopped: the system accepts connections, and nothing is said on them.
pub async fn stopped() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a listener")
}

pub fn address(listener: &TcpListener) -> String {
    listener.local_addr().expect("an address").to_string()
}

/// Makes a listener a machine that closes some connections, as a standby does with those that want to write, and then has the
/// database.
pub fn serve(listener: TcpListener, refused: usize, database: &Database) -> JoinHandle<()> {
    let socket = database.socket();
    tokio::spawn(async move {
        for number in 0_usize.. {
            let Ok((mut client, _)) = listener.accept().await else { return };
            if number >= refused {
                let mut server = UnixStream::connect(&socket).await.expect("a server");
                tokio::spawn(async move { copy_bidirectional(&mut client, &mut server).await });
            }
        }
    })
}

pub fn pool(url: &str, number: usize) -> Connections {
    let pool = Address::new(url).and_then(|address| address.pool(number, Timeouts::for_service(LONG), None));
    pool.expect("a pool")
}

async fn connect(url: &str, number: usize) -> Vec<Result<()>> {
    let pool = pool(url, number);
    let all = join_all((0..number).map(|_| pool.get())).await;
    all.into_iter().map(|connected| connected.map(drop)).collect()
}

#[tokio::test]
async fn a_machine_that_is_stopped_delays_no_connection_to_another() {
    let (database, stopped) = (Database::create().await, stopped().await);
    for machines in [
        format!("{},{}:5432", address(&stopped), database.folder()),
        format!("{}:5432,{}", database.folder(), address(&stopped)),
    ] {
        for connected in connect(&database.url(&machines, PARAMETERS), CONNECTIONS).await {
            connected.expect("a connection");
        }
    }
}

#[tokio::test]
async fn a_machine_is_tried_again_while_another_is_silent() {
    let (database, silent, refusing) = (Database::create().await, stopped().await, stopped().await);
    let machines = format!("{},{}", address(&silent), address(&refusing));
    serve(refusing, 3, &database);
    for connected in connect(&database.url(&machines, PARAMETERS), 1).await {
        connected.expect("a connection");
    }
}

#[tokio::test]
async fn a_statement_on_a_machine_ends_when_another_one_takes_its_place() {
    let (database, first, second) = (Database::create().await, stopped().await, stopped().await);
    let machines = format!("{},{}", address(&first), address(&second));
    let pool = pool(&database.url(&machines, PARAMETERS), 2);
    let first = serve(first, 0, &database);
    let mut client = Client::new(pool.get().await.expect("a connection"), None, Transaction::None);
    let waiting =
        tokio::spawn(async move { client.all(Statement::plain(SLEEP), &[], |row| row.get::<i64>(0)).await });
    // The first machine takes no connections any more, and the one that it has goes on.
    first.abort();
    assert!(first.await.is_err_and(|error| error.is_cancelled()));
    serve(second, 0, &database);
    pool.get().await.expect("a connection to the other machine");
    assert!(matches!(waiting.await.expect("no panic"), Err(Error::Unavailable(_))));
}

#[tokio::test]
async fn machines_that_all_refuse_are_an_error_at_once() {
    let (database, one, other) = (Database::create().await, stopped().await, stopped().await);
    let machines = format!("{},{}", address(&one), address(&other));
    drop((one, other));
    let all = connect(&database.url(&machines, PARAMETERS), 1).await;
    assert!(matches!(all[..], [Err(Error::Unavailable(_))]), "{all:?}");
}

const VALUES: Statement = Statement::plain(
    "select cast($1 as bigint) + 1 from (values (1)) as one (n)
        where $2 = 'text' and $3 and $4 = cast('\\xff' as bytea) and cast($5 as text) is null",
);
const NAMED: &str = "select count(*) from pg_prepared_statements";

#[tokio::test]
async fn behind_a_pooler_no_statement_has_a_name_on_the_connection() {
    let database = Database::create().await;
    let url = database.url(database.folder(), "pooler=transaction");
    let db = &database.open_at(url).await;
    let read = db.read(|conn| {
        Box::pin(async move {
            let Conn::Postgres(client) = conn else { unreachable!("the engine is PostgreSQL") };
            let values = [Value::Int(6), "text".into(), Value::Bool(true), [255_u8][..].into(), Value::Null];
            client.all(VALUES, &values, |row| row.get::<i64>(0)).await
        })
    });
    assert_eq!(read.await.expect("a row"), [7]);
    assert_eq!(number(db, NAMED).await.expect("a number"), 0);
    let written =
        db.write(Scope::Store, |conn| Box::pin(async move { conn.scalar(&Query::plain(NAMED)).await }));
    assert_eq!(written.await.expect("a number"), 0);
    // A connection of its own has names.
    let direct = &database.open().await;
    number(direct, NAMED).await.expect("a number");
    assert_ne!(number(direct, NAMED).await.expect("a number"), 0);
}
