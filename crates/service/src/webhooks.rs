//! The addresses of webhooks: names are resolved, and addresses of this machine and of private networks are refused. The
//! surfaces check new URLs, and the delivery engine connects only to addresses that it has checked.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;

use tokio::net::lookup_host;
use tokio::time::timeout;
use url::{Host, Url};

use crate::settings::Settings;
use domain::error::Violation;
use domain::webhooks::address::is_public;
use domain::webhooks::{PRIVATE_ADDRESS, target};

/// The time limit for the resolution of a name.
const RESOLUTION: Duration = Duration::from_secs(5);

/// Why there is no address to connect to.
#[derive(Debug, thiserror::Error)]
pub enum Unreachable {
    /// An address of this machine or of a private network.
    #[error("private-address")]
    Private,
    /// The name has no address.
    #[error("the name cannot be resolved: {0}")]
    Unresolved(io::Error),
}

/// The addresses of a URL. All of them have to be public, unless the settings allow others.
///
/// # Errors
/// [`Unreachable`]
pub async fn addresses(settings: &Settings, url: &Url) -> Result<Vec<SocketAddr>, Unreachable> {
    let unresolved = |kind: io::ErrorKind| Unreachable::Unresolved(kind.into());
    let port = url.port_or_known_default().ok_or_else(|| unresolved(io::ErrorKind::InvalidInput))?;
    let is_allowed =
        |address: IpAddr| settings.webhook_private_networks || (is_public(address) && !is_own(address));
    let found = match url.host() {
        None => return Err(unresolved(io::ErrorKind::InvalidInput)),
        Some(Host::Ipv4(address)) => vec![SocketAddr::new(address.into(), port)],
        Some(Host::Ipv6(address)) => vec![SocketAddr::new(address.into(), port)],
        Some(Host::Domain(name)) => {
            let plain = name.trim_end_matches('.').to_ascii_lowercase();
            let is_local = plain == "localhost" || plain.ends_with(".localhost");
            if is_local && !settings.webhook_private_networks {
                return Err(Unreachable::Private);
            }
            let found = timeout(RESOLUTION, lookup_host((name, port))).await;
            let found = found.map_err(|_| unresolved(io::ErrorKind::TimedOut))?;
            found.map_err(Unreachable::Unresolved)?.collect()
        }
    };
    if found.is_empty() {
        return Err(unresolved(io::ErrorKind::NotFound));
    }
    if found.iter().all(|address| is_allowed(address.ip())) { Ok(found) } else { Err(Unreachable::Private) }
}

/// Whether an address is one of this machine: only those can be bound.
fn is_own(address: IpAddr) -> bool {
    UdpSocket::bind((address, 0)).is_ok()
}

/// The violation of a new URL that leads to this machine or to a private network. A name without an address is taken, because
/// it may get one.
pub async fn violation(settings: &Settings, url: Option<&str>) -> Option<Violation> {
    let url = target(url?)?;
    let refused = matches!(addresses(settings, &url).await, Err(Unreachable::Private));
    refused.then(|| Violation::new("url", PRIVATE_ADDRESS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn addresses_of_this_machine_and_of_private_networks_are_refused() {
        let (usual, open) =
            (Settings::default(), Settings { webhook_private_networks: true, ..Settings::default() });
        for url in [
            "http://localhost/",
            "http://LOCALHOST./",
            "http://a.localhost:81/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "https://192.168.0.1/",
            "http://169.254.169.254/latest",
        ] {
            assert!(violation(&usual, Some(url)).await.is_some(), "{url}");
            let url = Url::parse(url).expect("a URL");
            assert!(!matches!(addresses(&open, &url).await, Err(Unreachable::Private)), "{url}");
        }
        for url in ["http://1.1.1.1/", "https://[2606:4700::1111]/a", "http://no-such-name.invalid/"] {
            assert_eq!(violation(&usual, Some(url)).await, None, "{url}");
        }
    }
}
