//! The engine for more than one machine: `tokio-postgres` behind a pool.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts};
use futures_util::FutureExt;
use futures_util::future::{join_all, try_join, try_join3};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{Conn, Error, Meter, Result, Row, Scope, Statement, Value, Work};

const CONNECTIONS: usize = 16;
/// Over how many of them questions travel that need no transaction, many at once.
const SHARED: usize = 2;
/// How long a free or a new connection is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many statements are under way at once when one runs for many rows.
const PIPELINE: usize = 256;
/// A page that is looked up costs little more than the next one of a table that is read whole: it is in memory, or on a
/// disk without a moving arm. What the URL says comes after this, and counts.
const PLANNER: &str = "-c random_page_cost=1.1";

#[derive(Clone)]
pub struct Postgres {
    pool: Pool,
    shared: Arc<Shared>,
    meter: Arc<Meter>,
}

/// Connections that questions take turns on, and do not wait for each other's answers.
#[derive(Default)]
struct Shared {
    places: [Mutex<Option<Arc<Object>>>; SHARED],
    turn: AtomicUsize,
}

/// A pooled connection that is thrown away unless its transaction ended.
pub struct Client {
    object: Option<Arc<Object>>,
    in_transaction: bool,
    /// The beginning of a transaction that reads, which is sent together with its first statement.
    begin: Option<&'static str>,
    /// The events of the transaction.
    pub(super) appended: u64,
}

impl Postgres {
    pub fn open(url: &str, meter: Arc<Meter>) -> Result<Self> {
        let mut config: Config =
            url.parse().map_err(|error| Error::Other(format!("the database URL: {error}")))?;
        config.connect_timeout(PATIENCE);
        config.options(format!("{PLANNER} {}", config.get_options().unwrap_or_default()));
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = if matches!(config.get_ssl_mode(), tokio_postgres::config::SslMode::Disable)
            || config.get_hosts().iter().all(|host| matches!(host, tokio_postgres::config::Host::Unix(_)))
        {
            Manager::from_config(config, NoTls, recycling)
        } else {
            Manager::from_config(config, tls()?, recycling)
        };
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .timeouts(Timeouts { wait: Some(PATIENCE), create: Some(PATIENCE), recycle: Some(PATIENCE) })
            .build()
            .map_err(|error| Error::Other(error.to_string()))?;
        Ok(Self { pool, shared: Arc::default(), meter })
    }

    /// Brings the schema up to date.
    pub async fn migrate(&self) -> Result<()> {
        // Migrations hold one lock of their own, so that processes that start together take turns.
        let begin = "begin; select pg_advisory_xact_lock(7382711)";
        self.transaction(begin, |conn| Box::pin(super::migrate::run(conn))).await
    }

    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T> + Send + 'static,
    {
        self.spawn(move |object| async move {
            let begin = "begin isolation level repeatable read read only";
            let client = Client::new(Arc::new(object), Some(begin), true);
            let mut conn = Conn::Postgres(client);
            let result = work(&mut conn).await;
            if let Conn::Postgres(client) = &mut conn {
                client.leave();
            }
            result
        })
        .await
    }

    pub async fn ask<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T> + Send + 'static,
    {
        let object = self.shared().await?;
        work(&mut Conn::Postgres(Client::new(object, None, false))).await
    }

    pub async fn write<T, F>(&self, scope: Scope, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T> + Send + 'static,
    {
        match scope {
            Scope::Account(id) => {
                let begin = format!("begin; select from accounts where id = {id} for update");
                self.transaction(&begin, work).await
            }
            Scope::Store => {
                // The lookups by id of an import are planned while the tables are all but empty, and the plans stay:
                // they would read the growing tables whole, again and again.
                let begin = "begin; lock table accounts in exclusive mode; set local enable_seqscan = off";
                self.transaction(begin, work).await
            }
        }
    }

    async fn transaction<T, F>(&self, begin: &str, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> Work<'c, T> + Send + 'static,
    {
        let meter = Arc::clone(&self.meter);
        let begin = begin.to_owned();
        self.spawn(move |object| async move {
            let client = Client::new(Arc::new(object), None, true);
            let mut conn = Conn::Postgres(client);
            conn.script(&begin).await?;
            let result = work(&mut conn).await;
            conn.script(if result.is_ok() { "commit" } else { "rollback" }).await?;
            if let Conn::Postgres(client) = &mut conn {
                client.in_transaction = false;
                if result.is_ok() {
                    meter.appended(client.appended);
                }
            }
            result
        })
        .await
    }

    /// A connection for questions, which is there as long as it is open.
    async fn shared(&self) -> Result<Arc<Object>> {
        let turn = self.shared.turn.fetch_add(1, Ordering::Relaxed);
        let place = || self.shared.places[turn % SHARED].lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(object) = place().as_ref().filter(|object| !object.is_closed()) {
            return Ok(Arc::clone(object));
        }
        let object = Arc::new(self.pool.get().await.map_err(Error::from)?);
        *place() = Some(Arc::clone(&object));
        Ok(object)
    }

    /// With a connection, in a task of its own: a caller that goes away must not leave a transaction half way.
    async fn spawn<T, W>(&self, work: impl FnOnce(Object) -> W + Send + 'static) -> Result<T>
    where
        T: Send + 'static,
        W: Future<Output = Result<T>> + Send,
    {
        let pool = self.pool.clone();
        let task = tokio::spawn(async move { work(pool.get().await.map_err(Error::from)?).await });
        task.await.unwrap_or_else(|_| Err(Error::Other("the work panicked".into()).into()))
    }
}

fn tls() -> Result<MakeRustlsConnect> {
    let config = crate::tls::client().map_err(|error| Error::Other(error.to_string()))?;
    Ok(MakeRustlsConnect::new(config))
}

impl Drop for Client {
    fn drop(&mut self) {
        if self.in_transaction
            && let Some(object) = self.object.take().and_then(Arc::into_inner)
        {
            drop(Object::take(object));
        }
    }
}

impl Client {
    fn new(object: Arc<Object>, begin: Option<&'static str>, in_transaction: bool) -> Self {
        Self { object: Some(object), in_transaction, begin, appended: 0 }
    }

    /// Two pieces of work on the connection, whose statements do not wait for each other's answers.
    pub async fn both<A, B>(
        &mut self,
        one: impl AsyncFnOnce(&mut Conn) -> Result<A>,
        other: impl AsyncFnOnce(&mut Conn) -> Result<B>,
    ) -> Result<(A, B)> {
        let begin = self.begin.take();
        let part = || Conn::Postgres(Self::new(Arc::clone(self.object()), None, false));
        let (mut left, mut right) = (part(), part());
        // What is waited for first is sent first.
        let ((), a, b) = try_join3(self.start(begin), one(&mut left), other(&mut right)).await?;
        Ok((a, b))
    }

    fn object(&self) -> &Arc<Object> {
        self.object.as_ref().expect("taken only when dropped")
    }

    async fn prepared(&self, statement: Statement) -> Result<tokio_postgres::Statement> {
        let prepared = self.object().prepare_cached(statement.sql()).await;
        prepared.map_err(|error| Error::from(error).into())
    }

    pub async fn prepare(&self, statement: Statement) -> Result<()> {
        self.prepared(statement).await.map(drop)
    }

    pub async fn rows(
        &mut self,
        statement: Statement,
        values: &[Value<'_>],
    ) -> Result<Vec<tokio_postgres::Row>> {
        let begin = self.begin.take();
        let prepared = self.prepared(statement).await?;
        let values = borrowed(values);
        let rows = async { Ok(self.object().query(&prepared, &values).await.map_err(Error::from)?) };
        Ok(try_join(self.start(begin), rows).await?.1)
    }

    async fn start(&self, begin: Option<&'static str>) -> Result<()> {
        match begin {
            Some(begin) => self.script(begin).await,
            None => Ok(()),
        }
    }

    /// Ends a transaction that only read. Nobody waits for that: what the connection is asked next comes after it.
    fn leave(&mut self) {
        let is_sent =
            self.begin.is_some() || self.object().batch_execute("rollback").now_or_never().is_none();
        self.in_transaction = !is_sent;
    }

    pub async fn run(&mut self, statement: Statement, values: &[Value<'_>]) -> Result<u64> {
        let begin = self.begin.take();
        self.start(begin).await?;
        let prepared = self.prepared(statement).await?;
        let count = self.object().execute(&prepared, &borrowed(values)).await;
        count.map_err(|error| Error::from(error).into())
    }

    pub async fn run_many(&mut self, statement: Statement, rows: &[Vec<Value<'_>>]) -> Result<()> {
        let begin = self.begin.take();
        self.start(begin).await?;
        let prepared = self.prepared(statement).await?;
        let mut first = 0;
        for rows in rows.chunks(PIPELINE) {
            let bound: Vec<_> = rows.iter().map(|values| borrowed(values)).collect();
            let mut running = Vec::with_capacity(bound.len());
            for values in &bound {
                running.push(self.object().execute(&prepared, values));
            }
            for (index, done) in join_all(running).await.into_iter().enumerate() {
                done.map_err(|error| Error::from(error).at(first + index))?;
            }
            first += rows.len();
        }
        Ok(())
    }

    pub async fn script(&self, sql: &str) -> Result<()> {
        self.object().batch_execute(sql).await.map_err(|error| Error::from(error).into())
    }

    /// Constraints that were never checked, and indexes that are not whole.
    pub async fn defects(&mut self) -> Result<Vec<String>> {
        let sql = "select 'the constraint ' || conname || ' of ' || conrelid::regclass || ' does not hold yet'
            from pg_constraint where not convalidated
            union all select 'the index ' || indexrelid::regclass || ' is not valid' from pg_index where not indisvalid";
        let rows = self.rows(Statement::declared(sql), &[]).await?;
        rows.iter().map(|row| Row::Postgres(row).get(0)).collect()
    }

    pub async fn ids_were_given(&self, table: &'static str) -> Result<()> {
        // A sequence never goes back, so an id is not given twice.
        self.script(&format!(
            "select setval('{table}_id_seq', greatest((select max(id) from {table}), last_value)) from {table}_id_seq"
        ))
        .await
    }
}

fn borrowed<'v>(values: &'v [Value<'v>]) -> Vec<&'v (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
