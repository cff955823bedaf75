//! Connections to the server: settings, pools, and canceling statements.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use futures_util::FutureExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::{AsyncMessage, Client, Config, Connection, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::machines::{Connector, Known, are_several, connect};
use super::prepared::Prepared;
use crate::{Error, Result, Statement, Timeouts};

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
/// The parameter of the URL that is not one of `tokio-postgres`.
const POOLER: &str = "pooler=";
/// How long canceling a statement may take before its connection is closed.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(5);

/// The address of the server.
#[derive(Clone)]
pub struct Address {
    url: Config,
    tls: Option<MakeRustlsConnect>,
    known: Arc<Known>,
    /// Whether a pooler between gives each transaction another connection.
    is_pooled: bool,
}

/// A pool of connections to one server, for one kind of work.
#[derive(Clone)]
pub struct Connections {
    pool: Pool,
    address: Address,
}

/// A connection in use, possibly by several queries at a time.
pub struct Leased {
    object: Option<Object>,
    address: Address,
    is_broken: AtomicBool,
}

impl Address {
    pub fn new(url: &str) -> Result<Self> {
        let (url, is_pooled) = without_pooler(url)?;
        let url: Config = url.parse().map_err(|error| Error::Other(format!("the database URL: {error}")))?;
        let is_plain = matches!(url.get_ssl_mode(), SslMode::Disable)
            || url.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)));
        let tls = if is_plain { None } else { Some(tls()?) };
        Ok(Self { url, tls, known: Arc::default(), is_pooled })
    }

    /// Whether a pooler between gives each transaction another connection, so that nothing can belong to a session: no name of a
    /// statement, no setting, and no channel to listen on.
    pub const fn is_pooled(&self) -> bool {
        self.is_pooled
    }

    /// A pool of at most `size` connections; `statement` limits the time of each statement.
    pub fn pool(&self, size: usize, timeouts: Timeouts, statement: Option<Duration>) -> Result<Connections> {
        let config = self.config(&timeouts, statement);
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let known = Arc::clone(&self.known);
        let manager = match &self.tls {
            Some(tls) => Manager::from_connect(config, Connector { tls: tls.clone(), known }, recycling),
            None => Manager::from_connect(config, Connector { tls: NoTls, known }, recycling),
        };
        let pool = Pool::builder(manager)
            .max_size(size)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(timeouts.connection))
            .create_timeout(Some(timeouts.connection))
            .pre_recycle(check_if_idle(Arc::clone(&self.known), timeouts.check()))
            .build()
            .map_err(|error| Error::Other(error.to_string()))?;
        Ok(Connections { pool, address: self.clone() })
    }

    /// The settings of a connection. The options of the URL come last and so take precedence.
    fn config(&self, timeouts: &Timeouts, statement: Option<Duration>) -> Config {
        let mut config = self.url.clone();
        let (idle, interval, retries) = KEEPALIVE;
        if config.get_connect_timeout().is_none() {
            // Machines that are tried one after the other leave time for each other.
            let turns = if are_several(&config) { 1 } else { config.get_hosts().len().max(1) };
            config.connect_timeout(timeouts.connection / u32::try_from(turns).unwrap_or(1));
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
        if self.is_pooled {
            // A pooler refuses what it cannot keep; the operator sets the same for the role.
            return config;
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

/// The URL without the parameter that names a pooler, and whether it has it.
fn without_pooler(url: &str) -> Result<(String, bool)> {
    let Some((address, parameters)) = url.split_once('?') else { return Ok((url.to_owned(), false)) };
    let (pooler, others): (Vec<_>, Vec<_>) =
        parameters.split('&').partition(|parameter| parameter.starts_with(POOLER));
    match pooler[..] {
        [] => Ok((url.to_owned(), false)),
        ["pooler=transaction"] => Ok((format!("{address}?{}", others.join("&")), true)),
        _ => Err(Error::Other("the database URL: the only value of pooler is transaction".into())),
    }
}

/// Closes pooled connections that do not respond, or were last used before another one failed to.
fn check_if_idle(known: Arc<Known>, limit: Duration) -> Hook {
    Hook::async_fn(move |client, metrics| {
        let known = Arc::clone(&known);
        Box::pin(async move {
            let used = metrics.recycled.unwrap_or(metrics.created);
            if known.has_failed_since(used) {
                return Err(HookError::message("another connection did not respond"));
            }
            if used.elapsed() > IDLE && !matches!(timeout(limit, client.simple_query("")).await, Ok(Ok(_))) {
                known.record_failure();
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

    /// Prepares a statement, once for the connection.
    pub async fn prepare(&self, statement: Statement) -> Result<Prepared, tokio_postgres::Error> {
        if self.address.is_pooled {
            return Ok(Prepared::unnamed(statement));
        }
        self.object().prepare_cached(statement.sql()).await.map(Prepared::Named)
    }

    /// Whether the connection can be used.
    pub fn is_open(&self) -> bool {
        !self.is_broken.load(Ordering::Relaxed) && !self.object().is_closed()
    }

    /// Has the connection closed instead of returned to the pool.
    pub fn mark_broken(&self) {
        self.is_broken.store(true, Ordering::Relaxed);
    }

    /// Has the connection closed if an error says that its server takes no writes any more.
    pub fn notice(&self, error: &tokio_postgres::Error) {
        if error.code() == Some(&SqlState::READ_ONLY_SQL_TRANSACTION) {
            self.mark_broken();
        }
    }

    /// Waits until another machine has taken the place of the one of this connection, which may never respond.
    pub async fn is_superseded(&self) {
        self.address.is_superseded(Object::metrics(self.object()).created).await;
    }

    /// Records that a response did not arrive in time.
    pub fn mark_unresponsive(&self) {
        self.mark_broken();
        self.address.known.record_failure();
    }

    /// Sends statements without waiting for the response. They are lost if the connection ends.
    pub fn send(&self, sql: &str) {
        drop(self.object().batch_execute(sql).now_or_never());
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
        // A request to cancel ends pgbouncer 1.18, Debian's, with all of its connections.
        let is_over = self.is_broken.load(Ordering::Relaxed) || object.is_closed() || self.address.is_pooled;
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
    client: Client,
    payloads: UnboundedReceiver<String>,
    address: Address,
    created: Instant,
}

impl Listener {
    /// The next payload; `None` once the connection has ended, or another machine has taken the place of its own.
    pub async fn payload(&mut self) -> Option<String> {
        tokio::select! {
            biased;
            payload = self.payloads.recv() => payload,
            () = self.address.is_superseded(self.created) => None,
        }
    }

    /// Returns `Ok` if the server responds in time.
    pub async fn check(&self, limit: Duration) -> Result<()> {
        let Ok(responded) = timeout(limit, self.client.simple_query("")).await else {
            self.address.known.record_failure();
            return Err(Error::Unavailable("PostgreSQL no longer responds".into()));
        };
        responded?;
        Ok(())
    }
}

impl Address {
    /// Waits until another machine has taken the place of that of a connection, by the time when it was made.
    async fn is_superseded(&self, created: Instant) {
        if !are_several(&self.url) {
            return std::future::pending().await;
        }
        self.known.is_another_than(created).await;
    }

    /// Listens on a channel, with a connection of its own.
    pub async fn listen(&self, channel: &str, timeouts: Timeouts) -> Result<Listener> {
        let config = self.config(&timeouts, None);
        let (sender, payloads) = unbounded_channel();
        let listening = async {
            let client = if let Some(tls) = &self.tls {
                let (client, connection) = connect(tls.clone(), &config, &self.known).await?;
                tokio::spawn(forward(connection, sender));
                client
            } else {
                let (client, connection) = connect(NoTls, &config, &self.known).await?;
                tokio::spawn(forward(connection, sender));
                client
            };
            let created = Instant::now();
            client.batch_execute(&format!("listen {channel}")).await?;
            Ok(Listener { client, payloads, address: self.clone(), created })
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

    fn config(url: &str) -> Config {
        let timeouts = Timeouts::for_service(Duration::from_secs(12));
        Address::new(url).expect("a URL").config(&timeouts, None)
    }

    #[test]
    fn machines_share_the_time_only_if_they_are_tried_one_after_the_other() {
        let seconds = |url| config(url).get_connect_timeout().map(Duration::as_secs);
        assert_eq!(seconds("postgres://one/db"), Some(6));
        assert_eq!(seconds("postgres://one,two,three/db"), Some(2));
        assert_eq!(seconds("postgres://one,two,three/db?target_session_attrs=read-write"), Some(6));
        assert_eq!(seconds("postgres://one,two/db?connect_timeout=1"), Some(1));
    }

    #[test]
    fn behind_a_pooler_nothing_is_set_for_a_session() {
        let direct = config("postgres://one/db?application_name=a");
        assert!(direct.get_options().is_some_and(|options| options.contains("lock_timeout=6000")));
        let pooled = config("postgres://one/db?pooler=transaction&application_name=a");
        assert_eq!((pooled.get_options(), pooled.get_application_name()), (None, Some("a")));
        assert!(Address::new("postgres://one/db?pooler=session").is_err());
    }
}
