//! Connections to the server: their settings, the pools that keep them, and how a statement of one is cancelled.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio::runtime::Handle;
use tokio::time::timeout;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{Error, Result, Timeouts};

/// A page that is looked up costs little more than the next one of a table that is read whole: it is in memory, or on a
/// disk without a moving arm.
const PLANNER: &str = "-c random_page_cost=1.1";
/// After this long without use, a connection is checked before its next use.
pub const REST: Duration = Duration::from_secs(5);
/// When the operating system begins to check a connection that carries nothing, how often, and how many times.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(10), Duration::from_secs(3), 3);
/// How long sent data may stay unacknowledged before the operating system closes the connection.
const UNACKNOWLEDGED: Duration = Duration::from_secs(10);
/// `tokio-postgres` starts keepalives this late unless told otherwise.
const LATE_KEEPALIVE: Duration = Duration::from_hours(2);
/// How long the end of an abandoned statement may take before its connection is closed.
const CANCEL: Duration = Duration::from_secs(5);

/// How the server is reached.
#[derive(Clone)]
pub struct Address {
    url: Config,
    tls: Option<MakeRustlsConnect>,
    silence: Arc<Silence>,
}

/// A pool of connections to one server, for one kind of work.
#[derive(Clone)]
pub struct Connections {
    pool: Pool,
    address: Address,
}

/// When a connection was last found to be dead or silent: those that have rested since before are not trusted either.
#[derive(Debug, Default)]
pub struct Silence(Mutex<Option<Instant>>);

/// A connection that is in use, by several at once where they share it.
pub struct Leased {
    object: Option<Object>,
    address: Address,
    is_spoilt: AtomicBool,
}

impl Address {
    pub fn new(url: &str) -> Result<Self> {
        let url: Config = url.parse().map_err(|error| Error::Other(format!("the database URL: {error}")))?;
        let is_plain = matches!(url.get_ssl_mode(), SslMode::Disable)
            || url.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)));
        let tls = if is_plain { None } else { Some(tls()?) };
        Ok(Self { url, tls, silence: Arc::default() })
    }

    /// A pool of at most `size` connections, whose statements may take as long as `statement`.
    pub fn pool(&self, size: usize, timeouts: Timeouts, statement: Option<Duration>) -> Result<Connections> {
        let config = self.config(&timeouts, statement);
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match &self.tls {
            Some(tls) => Manager::from_config(config, tls.clone(), recycling),
            None => Manager::from_config(config, NoTls, recycling),
        };
        let pool = Pool::builder(manager)
            .max_size(size)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(timeouts.connection))
            .create_timeout(Some(timeouts.connection))
            .pre_recycle(check_after_rest(Arc::clone(&self.silence), timeouts.look()))
            .build()
            .map_err(|error| Error::Other(error.to_string()))?;
        Ok(Connections { pool, address: self.clone() })
    }

    /// What the URL says wins: its options come after ours.
    fn config(&self, timeouts: &Timeouts, statement: Option<Duration>) -> Config {
        let mut config = self.url.clone();
        let (idle, interval, retries) = KEEPALIVE;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(timeouts.connection);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(UNACKNOWLEDGED);
        }
        if config.get_keepalives_idle() == LATE_KEEPALIVE {
            config.keepalives_idle(idle);
        }
        if config.get_keepalives_interval().is_none() {
            config.keepalives_interval(interval);
        }
        if config.get_keepalives_retries().is_none() {
            config.keepalives_retries(retries);
        }
        let mut options = format!(
            "{PLANNER} -c lock_timeout={} -c idle_in_transaction_session_timeout={} -c tcp_keepalives_idle={} \
             -c tcp_keepalives_interval={} -c tcp_keepalives_count={retries} -c tcp_user_timeout={}",
            timeouts.lock.as_millis(),
            timeouts.idle.as_millis(),
            idle.as_secs(),
            interval.as_secs(),
            UNACKNOWLEDGED.as_millis(),
        );
        if let Some(statement) = statement {
            options = format!("{options} -c statement_timeout={}", statement.as_millis());
        }
        if let Some(given) = config.get_options() {
            options = format!("{options} {given}");
        }
        config.options(options);
        config
    }
}

fn tls() -> Result<MakeRustlsConnect> {
    let config = base::tls::client().map_err(|error| Error::Other(error.to_string()))?;
    Ok(MakeRustlsConnect::new(config))
}

impl Silence {
    /// A connection did not answer.
    pub fn notice(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn is_since(&self, used: Instant) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|at| used <= at)
    }
}

/// Closes connections that do not answer, or were last used before another one did not.
fn check_after_rest(silence: Arc<Silence>, look: Duration) -> Hook {
    Hook::async_fn(move |client, metrics| {
        let silence = Arc::clone(&silence);
        Box::pin(async move {
            let used = metrics.recycled.unwrap_or(metrics.created);
            if silence.is_since(used) {
                return Err(HookError::message("another connection did not answer"));
            }
            if used.elapsed() > REST && !matches!(timeout(look, client.simple_query("")).await, Ok(Ok(_))) {
                silence.notice();
                return Err(HookError::message("it does not answer any more"));
            }
            Ok(())
        })
    })
}

impl Connections {
    /// A free connection, or a new one.
    pub async fn get(&self) -> Result<Arc<Leased>> {
        let object = self.pool.get().await.map_err(Error::from)?;
        Ok(Arc::new(Leased {
            object: Some(object),
            address: self.address.clone(),
            is_spoilt: AtomicBool::new(false),
        }))
    }
}

impl Leased {
    pub fn object(&self) -> &Object {
        self.object.as_ref().expect("taken only when dropped")
    }

    /// Whether it can be used.
    pub fn is_open(&self) -> bool {
        !self.is_spoilt.load(Ordering::Relaxed) && !self.object().is_closed()
    }

    /// Closes it once nobody uses it any more.
    pub fn spoil(&self) {
        self.is_spoilt.store(true, Ordering::Relaxed);
    }

    /// Closes it, because an answer did not come.
    pub fn silent(&self) {
        self.spoil();
        self.address.silence.notice();
    }

    /// Whether it answers in time; it is closed otherwise.
    pub async fn answers(&self, look: Duration) -> bool {
        let is_answered = matches!(timeout(look, self.object().simple_query("")).await, Ok(Ok(_)));
        if !is_answered {
            self.silent();
        }
        is_answered
    }

    /// Ends the statement that runs in an abandoned transaction, and the transaction. The connection is used again only
    /// where the server has said that both are over.
    pub fn abandon(mut self) {
        let Some(object) = self.object.take() else { return };
        let is_over = self.is_spoilt.load(Ordering::Relaxed) || object.is_closed();
        let Some(runtime) = Handle::try_current().ok().filter(|_| !is_over) else {
            drop(Object::take(object));
            return;
        };
        let address = self.address.clone();
        runtime.spawn(async move {
            if !timeout(CANCEL, address.cancel(&object)).await.unwrap_or(false) {
                drop(Object::take(object));
            }
        });
    }
}

impl Drop for Leased {
    fn drop(&mut self) {
        if self.is_spoilt.load(Ordering::Relaxed)
            && let Some(object) = self.object.take()
        {
            drop(Object::take(object));
        }
    }
}

impl Address {
    /// Cancels what a connection runs, and ends its transaction; whether it is as new.
    async fn cancel(&self, object: &Object) -> bool {
        let token = object.cancel_token();
        let sent = match &self.tls {
            Some(tls) => token.cancel_query(tls.clone()).await,
            None => token.cancel_query(NoTls).await,
        };
        if sent.is_err() {
            return false;
        }
        // A failed transaction tells that the request has arrived. One that comes late would end somebody else's statement.
        let next = object.simple_query("select 1").await;
        let has_arrived = next.is_err_and(|error| error.code() == Some(&SqlState::IN_FAILED_SQL_TRANSACTION));
        has_arrived && object.batch_execute("rollback").await.is_ok()
    }
}
