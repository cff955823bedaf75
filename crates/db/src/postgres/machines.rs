//! A connection to the machine of several that takes writes.
//!
//! All machines are tried at the same time, because one that is stopped accepts a connection and says nothing on it, and one that is
//! cut off is found out late; those that fail are tried again until the time is over, because another one is about to become the
//! primary.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use deadpool_postgres::Connect;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tokio_postgres::config::{Host, TargetSessionAttrs};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, Connection, Error, Socket};

/// How much later than the machine of the last connection each other one is tried, so that those that only copy it get no connections
/// while it works.
const HEAD_START: Duration = Duration::from_millis(100);
/// The pause before a machine is tried again.
const PAUSE: Duration = Duration::from_millis(200);
/// The time in which connections end together.
const TOGETHER: Duration = Duration::from_secs(10);

/// What is known of the machines.
#[derive(Debug, Default)]
pub struct Known {
    /// The time when a connection was last found not to respond, or to be to the wrong machine.
    last_failure: Mutex<Option<Instant>>,
    /// The position of the machine of the last connection.
    last: AtomicUsize,
    /// The time since when it is that one, if it was another one before.
    since: watch::Sender<Option<Instant>>,
    /// The time when a connection last ended.
    last_end: Mutex<Option<Instant>>,
}

impl Known {
    /// Records that a connection does not respond. Connections that were last used before are not trusted.
    pub fn record_failure(&self) {
        *self.last_failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether a connection failed after another one was last used.
    pub fn has_failed_since(&self, used: Instant) -> bool {
        self.last_failure.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|at| used <= at)
    }

    /// Records the machine of a connection. Connections to another one are not trusted any more.
    fn record_machine(&self, machine: usize) {
        if self.last.swap(machine, Ordering::Relaxed) != machine {
            self.record_failure();
            self.since.send_replace(Some(Instant::now()));
        }
    }

    /// Logs that a connection ended. When the server is gone, all of them do, and every attempt to connect again: the first one is a
    /// warning.
    fn log_end(&self, error: &Error, now: Instant) {
        if self.is_first_end(now) {
            tracing::warn!(%error, "a connection to PostgreSQL ended");
        } else {
            tracing::debug!(%error, "another connection to PostgreSQL ended");
        }
    }

    /// Whether no other connection ended shortly before.
    fn is_first_end(&self, now: Instant) -> bool {
        let last = self.last_end.lock().unwrap_or_else(PoisonError::into_inner).replace(now);
        last.is_none_or(|last| now.duration_since(last) >= TOGETHER)
    }

    /// Waits until connections of a time are to another machine than new ones.
    pub async fn is_another_than(&self, created: Instant) {
        let another = |since: &Option<Instant>| since.is_some_and(|since| created < since);
        if self.since.subscribe().wait_for(another).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// How pools connect.
pub struct Connector<T> {
    pub tls: T,
    pub known: Arc<Known>,
}

impl<T> Connect for Connector<T>
where
    T: MakeTlsConnect<Socket> + Clone + Sync + Send + 'static,
    T::Stream: Sync + Send,
    T::TlsConnect: Sync + Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    fn connect(&self, config: &Config) -> BoxFuture<'_, Result<(Client, JoinHandle<()>), Error>> {
        let config = config.clone();
        Box::pin(async move {
            let (client, connection) = connect(self.tls.clone(), &config, &self.known).await?;
            let known = Arc::clone(&self.known);
            let task = tokio::spawn(async move {
                if let Err(error) = connection.await {
                    known.log_end(&error, Instant::now());
                }
            });
            Ok((client, task))
        })
    }
}

/// Whether a machine has to be found among several. A URL that accepts any machine means the first one that answers.
pub fn are_several(config: &Config) -> bool {
    number(config) > 1 && config.get_target_session_attrs() == TargetSessionAttrs::ReadWrite
}

fn number(config: &Config) -> usize {
    config.get_hosts().len().max(config.get_hostaddrs().len())
}

/// Connects. If no machine is silent, and each of them fails, so does this; otherwise the caller limits the time.
pub async fn connect<T>(
    tls: T,
    config: &Config,
    known: &Known,
) -> Result<(Client, Connection<Socket, T::Stream>), Error>
where
    T: MakeTlsConnect<Socket> + Clone,
{
    if !are_several(config) {
        return config.connect(tls).await;
    }
    let machines: Vec<Config> = (0..number(config)).map(|index| of_machine(config, index)).collect();
    let attempt = |machine: usize, pause: Duration| {
        let (tls, config) = (tls.clone(), &machines[machine]);
        async move {
            sleep(pause).await;
            (machine, config.connect(tls).await)
        }
    };
    let mut failed = vec![false; machines.len()];
    let mut attempts = attempts(known.last.load(Ordering::Relaxed), machines.len(), attempt);
    loop {
        match attempts.next().await {
            Some((machine, Ok(connected))) => {
                known.record_machine(machine);
                return Ok(connected);
            }
            Some((machine, Err(error))) => {
                failed[machine] = true;
                if failed.iter().all(|has_failed| *has_failed) {
                    return Err(error);
                }
                attempts.push(attempt(machine, PAUSE));
            }
            None => return config.connect(tls.clone()).await,
        }
    }
}

/// The first attempts at all machines, beginning with one of them.
fn attempts<F: Future>(
    first: usize,
    number: usize,
    attempt: impl Fn(usize, Duration) -> F,
) -> FuturesUnordered<F> {
    let mut pause = Duration::ZERO;
    let machines = (0..number).map(|turn| (first + turn) % number);
    machines
        .map(|machine| {
            let own = pause;
            pause += HEAD_START;
            attempt(machine, own)
        })
        .collect()
}

/// The settings with one of the machines.
fn of_machine(config: &Config, index: usize) -> Config {
    let mut one = Config::new();
    match config.get_hosts().get(index) {
        Some(Host::Tcp(name)) => drop(one.host(name)),
        Some(Host::Unix(path)) => drop(one.host_path(path)),
        None => {}
    }
    if let Some(address) = config.get_hostaddrs().get(index) {
        one.hostaddr(*address);
    }
    if let Some(port) = config.get_ports().get(index).or_else(|| config.get_ports().first()) {
        one.port(*port);
    }
    config.get_user().map(|user| one.user(user));
    config.get_password().map(|password| one.password(password));
    config.get_dbname().map(|name| one.dbname(name));
    config.get_options().map(|options| one.options(options));
    config.get_application_name().map(|name| one.application_name(name));
    config.get_connect_timeout().map(|limit| one.connect_timeout(*limit));
    config.get_tcp_user_timeout().map(|limit| one.tcp_user_timeout(*limit));
    config.get_keepalives_interval().map(|interval| one.keepalives_interval(interval));
    config.get_keepalives_retries().map(|retries| one.keepalives_retries(retries));
    one.keepalives(config.get_keepalives())
        .keepalives_idle(config.get_keepalives_idle())
        .ssl_mode(config.get_ssl_mode())
        .ssl_negotiation(config.get_ssl_negotiation())
        .channel_binding(config.get_channel_binding())
        .target_session_attrs(config.get_target_session_attrs());
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_that_end_together_are_one_warning() {
        let (known, begin) = (Known::default(), Instant::now());
        let is_first = |seconds| known.is_first_end(begin + Duration::from_secs(seconds));
        assert_eq!([0, 1, 10, 19, 29].map(is_first), [true, false, false, false, true]);
    }

    #[test]
    fn the_settings_of_one_machine_are_those_of_all() {
        let settings = "dbname=d&user=u&password=p&options=-c%20jit%3Doff&application_name=a&sslmode=require\
            &sslnegotiation=direct&connect_timeout=3&tcp_user_timeout=4000&keepalives=0&keepalives_idle=5\
            &keepalives_interval=6&keepalives_retries=7&channel_binding=require&target_session_attrs=read-write";
        let config =
            |hosts: &str| -> Config { format!("postgres://{hosts}/?{settings}").parse().expect("a URL") };
        let all = config("one:1,%2Frun:2");
        assert!(are_several(&all) && !are_several(&config("one")));
        assert_eq!(of_machine(&all, 0), config("one:1"));
        assert_eq!(of_machine(&all, 1), config("%2Frun:2"));
    }
}
