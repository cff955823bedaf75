//! Connections to the server: settings, pools, and canceling statements.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;
use tokio_postgres::config::{Host, LoadBalanceHosts, SslMode, TargetSessionAttrs};
use tokio_postgres::error::SqlState;
use tokio_postgres::{AsyncMessage, Client, Config, Connection, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{Error, Result, Timeouts};

/// Random reads cost little more than sequential ones: the data is in memory, or on an SSD. Statements are short, and the compiler
/// of expressions takes longer than they do.
const PLANNER: &str = "-c random_page_cost=1.1 -c jit=off";
/// A connection that was not used for this long is checked before its next use.
pub const IDLE: Duration = Duration::from_secs(5);
/// Keepalives: after how much idle time, how often, and how many times.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(10), Duration::from_secs(3), 3);
/// The time after which the operating system closes a connection with unacknowledged data.
const UNACKNOWLEDGED: Duration = Duration::from_secs(10);
/// The default of `tokio-postgres`, by which a value that the URL sets is told from one that it does not.
const DEFAULT_KEEPALIVE: Duration = Duration::from_hours(2);
/// How long canceling a statement may take before its connection is closed.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(5);

/// The address of the server.
#[derive(Clone)]
pub struct Address {
    url: Config,
    tls: Option<MakeRustlsConnect>,
    last_failure: Arc<LastFailure>,
}

/// A pool of connections to one server, for one kind of work.
#[derive(Clone)]
pub struct Connections {
    pool: Pool,
    address: Address,
}

/// The time when a connection was last found not to respond. Connections that were last used before are not trusted.
#[derive(Debug, Default)]
pub struct LastFailure(Mutex<Option<Instant>>);

/// A connection in use, possibly by several queries at a time.
pub struct Leased {
    object: Option<Object>,
    address: Address,
    is_broken: AtomicBool,
}

impl Address {
    pub fn new(url: &str) -> Result<Self> {
        let url: Config = url.parse().map_err(|error| Error::Other(format!("the database URL: {error}")))?;
        let is_plain = matches!(url.get_ssl_mode(), SslMode::Disable)
            || url.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)));
        let tls = if is_plain { None } else { Some(tls()?) };
        Ok(Self { url, tls, last_failure: Arc::default() })
    }

    /// A pool of at most `size` connections; `statement` limits the time of each statement.
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
            .pre_recycle(check_if_idle(Arc::clone(&self.last_failure), timeouts.check()))
            .build()
            .map_err(|error| Error::Other(error.to_string()))?;
        Ok(Connections { pool, address: self.clone() })
    }

    /// The settings of a connection. The options of the URL come last and so take precedence.
    fn config(&self, timeouts: &Timeouts, statement: Option<Duration>) -> Config {
        let mut config = self.url.clone();
        let (idle, interval, retries) = KEEPALIVE;
        let hosts = u32::try_from(config.get_hosts().len()).unwrap_or(1).max(1);
        if config.get_connect_timeout().is_none() {
            // So that a machine that does not respond leaves time for the others.
            config.connect_timeout(timeouts.connection / hosts);
        }
        if hosts > 1 && config.get_target_session_attrs() == TargetSessionAttrs::ReadWrite {
            // A stopped machine still accepts connections, and says nothing on them: the next attempt may begin with another.
            config.load_balance_hosts(LoadBalanceHosts::Random);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(UNACKNOWLEDGED);
        }
        if config.get_keepalives_idle() == DEFAULT_KEEPALIVE {
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

impl LastFailure {
    /// Records that a connection does not respond.
    pub fn record(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn is_after(&self, used: Instant) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|at| used <= at)
    }
}

/// Closes pooled connections that do not respond, or were last used before another one failed to.
fn check_if_idle(last_failure: Arc<LastFailure>, limit: Duration) -> Hook {
    Hook::async_fn(move |client, metrics| {
        let last_failure = Arc::clone(&last_failure);
        Box::pin(async move {
            let used = metrics.recycled.unwrap_or(metrics.created);
            if last_failure.is_after(used) {
                return Err(HookError::message("another connection did not respond"));
            }
            if used.elapsed() > IDLE && !matches!(timeout(limit, client.simple_query("")).await, Ok(Ok(_))) {
                last_failure.record();
                return Err(HookError::message("the connection does not respond"));
            }
            Ok(())
        })
    })
}

impl Connections {
    /// An idle connection, or a new one.
    pub async fn get(&self) -> Result<Arc<Leased>> {
        let object = self.pool.get().await.map_err(Error::from)?;
        Ok(Arc::new(Leased {
            object: Some(object),
            address: self.address.clone(),
            is_broken: AtomicBool::new(false),
        }))
    }
}

impl Leased {
    pub fn object(&self) -> &Object {
        self.object.as_ref().expect("taken only when dropped")
    }

    /// Whether the connection can be used.
    pub fn is_open(&self) -> bool {
        !self.is_broken.load(Ordering::Relaxed) && !self.object().is_closed()
    }

    /// Has the connection closed instead of returned to the pool.
    pub fn mark_broken(&self) {
        self.is_broken.store(true, Ordering::Relaxed);
    }

    /// Records that a response did not arrive in time.
    pub fn mark_unresponsive(&self) {
        self.mark_broken();
        self.address.last_failure.record();
    }

    /// Whether the connection responds in time. Otherwise it is closed.
    pub async fn responds(&self, limit: Duration) -> bool {
        let responds = matches!(timeout(limit, self.object().simple_query("")).await, Ok(Ok(_)));
        if !responds {
            self.mark_unresponsive();
        }
        responds
    }

    /// Cancels the statement of an abandoned transaction, and rolls the transaction back. The connection is reused only if
    /// the server confirms both.
    pub fn abandon(mut self) {
        let Some(object) = self.object.take() else { return };
        let is_over = self.is_broken.load(Ordering::Relaxed) || object.is_closed();
        let Some(runtime) = Handle::try_current().ok().filter(|_| !is_over) else {
            drop(Object::take(object));
            return;
        };
        let address = self.address.clone();
        runtime.spawn(async move {
            if !timeout(CANCEL_TIMEOUT, address.cancel(&object)).await.unwrap_or(false) {
                drop(Object::take(object));
            }
        });
    }
}

impl Drop for Leased {
    fn drop(&mut self) {
        if self.is_broken.load(Ordering::Relaxed)
            && let Some(object) = self.object.take()
        {
            drop(Object::take(object));
        }
    }
}

/// A connection that listens on a channel. It ends when this is dropped.
pub struct Listener {
    _client: Client,
    payloads: UnboundedReceiver<String>,
}

impl Listener {
    /// The next payload; `None` once the connection has ended.
    pub async fn payload(&mut self) -> Option<String> {
        self.payloads.recv().await
    }
}

impl Address {
    /// Listens on a channel, with a connection of its own.
    pub async fn listen(&self, channel: &str, timeouts: Timeouts) -> Result<Listener> {
        let config = self.config(&timeouts, None);
        let (sender, payloads) = unbounded_channel();
        let listening = async {
            let client = if let Some(tls) = &self.tls {
                let (client, connection) = config.connect(tls.clone()).await?;
                tokio::spawn(forward(connection, sender));
                client
            } else {
                let (client, connection) = config.connect(NoTls).await?;
                tokio::spawn(forward(connection, sender));
                client
            };
            client.batch_execute(&format!("listen {channel}")).await?;
            Ok(Listener { _client: client, payloads })
        };
        let listening = timeout(timeouts.connection, listening).await;
        listening.unwrap_or_else(|_| Err(Error::Unavailable("PostgreSQL does not respond".into())))
    }

    /// Cancels the statement of a connection and rolls its transaction back. Returns whether the connection is clean.
    async fn cancel(&self, object: &Object) -> bool {
        let token = object.cancel_token();
        let sent = match &self.tls {
            Some(tls) => token.cancel_query(tls.clone()).await,
            None => token.cancel_query(NoTls).await,
        };
        if sent.is_err() {
            return false;
        }
        // The transaction has failed if the request has arrived. If it arrived later, it would cancel the statement of another
        // caller.
        let next = object.simple_query("select 1").await;
        let has_arrived = next.is_err_and(|error| error.code() == Some(&SqlState::IN_FAILED_SQL_TRANSACTION));
        has_arrived && object.batch_execute("rollback").await.is_ok()
    }
}

/// Forwards what a connection hears until it ends.
async fn forward<S, T>(mut connection: Connection<S, T>, sender: UnboundedSender<String>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
        if let AsyncMessage::Notification(notification) = message
            && sender.send(notification.payload().to_owned()).is_err()
        {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_several_machines_gets_a_part_of_the_time_and_may_be_the_first() {
        let timeouts = Timeouts::for_service(Duration::from_secs(12));
        let config = |url: &str| Address::new(url).expect("a URL").config(&timeouts, None);
        let one = config("postgres://one/db");
        assert_eq!(one.get_connect_timeout(), Some(&Duration::from_secs(6)));
        let three = config("postgres://one,two,three/db?target_session_attrs=read-write");
        assert_eq!(three.get_connect_timeout(), Some(&Duration::from_secs(2)));
        assert_eq!(three.get_load_balance_hosts(), LoadBalanceHosts::Random);
        let any = config("postgres://one,two/db?connect_timeout=1");
        assert_eq!(any.get_connect_timeout(), Some(&Duration::from_secs(1)));
        assert_eq!(any.get_load_balance_hosts(), LoadBalanceHosts::Disable);
    }
}
