//! Addresses to listen on: a host and a port, or the path of a Unix socket.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

/// Default permissions of a Unix socket: its owner and group may connect.
const DEFAULT_MODE: u32 = 0o660;

/// An address to listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// `HOST:PORT`, where the host is a name, an IP address, or nothing for every interface.
    Tcp {
        /// Without brackets; empty for every interface.
        host: String,
        /// 0 for a free port.
        port: u16,
    },
    /// `unix:PATH` or `unix:PATH?mode=0660`.
    Unix {
        /// The path of the socket.
        path: PathBuf,
        /// The permissions of the socket.
        mode: u32,
    },
}

/// A text is not an [`Address`]; with the reason.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an address such as 127.0.0.1:8080, localhost:8080, :8080 or unix:/run/statuary.sock: {0}")]
pub struct NotAnAddress(&'static str);

impl Address {
    /// The IP address, if the host is one.
    fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Tcp { host, .. } => host.parse().ok(),
            Self::Unix { .. } => None,
        }
    }

    /// Whether only programs on this machine reach it without a proxy: a loopback address or name. A Unix socket does not
    /// count, because it is meant for a proxy.
    pub fn is_loopback(&self) -> bool {
        match self {
            Self::Tcp { host, .. } => is_loopback(host),
            Self::Unix { .. } => false,
        }
    }

    /// Whether it means every interface of the machine.
    pub fn is_every_interface(&self) -> bool {
        match self {
            Self::Tcp { host, .. } => host.is_empty() || self.ip().is_some_and(|ip| ip.is_unspecified()),
            Self::Unix { .. } => false,
        }
    }

    /// A host that a client on this machine can connect to: never the unspecified address, which is for listening only.
    pub fn reachable_host(&self) -> &str {
        match self {
            Self::Unix { .. } => "localhost",
            Self::Tcp { host, .. } => match self.ip() {
                Some(IpAddr::V4(ip)) if ip.is_unspecified() => "127.0.0.1",
                Some(ip) if ip.is_unspecified() => "localhost",
                None if host.is_empty() => "localhost",
                _ => host,
            },
        }
    }

    /// The URL of the service for clients on this machine, without a slash at the end.
    pub fn url(&self, scheme: &str) -> String {
        let host = self.reachable_host();
        match self {
            Self::Unix { .. } => format!("{scheme}://{host}"),
            Self::Tcp { port, .. } if host.contains(':') => format!("{scheme}://[{host}]:{port}"),
            Self::Tcp { port, .. } => format!("{scheme}://{host}:{port}"),
        }
    }

    /// Whether a `Host` header, which any client can invent, names this listener: by a loopback name or address, or by the IP
    /// address that is listened on, which is any address if the listener is on every interface.
    pub fn is_named_by(&self, host: &str) -> bool {
        let Some(name) = without_port(host) else { return false };
        let is_own = |ip: IpAddr| self.is_every_interface() || self.ip() == Some(ip);
        is_loopback(name)
            || name.parse().is_ok_and(is_own)
            || name.eq_ignore_ascii_case(self.reachable_host())
    }
}

impl Default for Address {
    fn default() -> Self {
        Self::Tcp { host: "127.0.0.1".into(), port: 8080 }
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Self::Tcp { host: address.ip().to_string(), port: address.port() }
    }
}

/// The host of a `Host` header without port and brackets; `None` for an invalid header.
fn without_port(host: &str) -> Option<&str> {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let is_port = |port: &str| port.parse::<u16>().is_ok() && port.bytes().all(|byte| byte.is_ascii_digit());
    (port.is_empty() || port.strip_prefix(':').is_some_and(is_port)).then_some(name)
}

fn is_loopback(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let is_name = host.len() >= 9 && host.is_char_boundary(host.len() - 9) && {
        let (before, name) = host.split_at(host.len() - 9);
        name.eq_ignore_ascii_case("localhost") && (before.is_empty() || before.ends_with('.'))
    };
    is_name || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            Self::Unix { path, .. } => write!(f, "unix:{}", path.display()),
        }
    }
}

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let text = text.trim();
        if let Some(path) = text.strip_prefix("unix:") {
            return unix(path.strip_prefix("//").unwrap_or(path));
        }
        if text.contains("://") || text.contains('/') {
            return Err(NotAnAddress("it is not a URL"));
        }
        let (host, port) = text.rsplit_once(':').ok_or(NotAnAddress("the port is missing"))?;
        let port = port.parse().map_err(|_| NotAnAddress("the port is not a number up to 65535"))?;
        let host = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            Some(host) => host,
            None if host.contains([':', '[', ']']) => {
                return Err(NotAnAddress("an IPv6 address needs brackets, as in [::1]:8080"));
            }
            None if host == "*" => "",
            None => host,
        };
        if host.contains(char::is_whitespace) {
            return Err(NotAnAddress("a host has no blanks"));
        }
        Ok(Self::Tcp { host: host.to_owned(), port })
    }
}

fn unix(text: &str) -> Result<Address, NotAnAddress> {
    let (path, query) = text.split_once('?').map_or((text, None), |(path, query)| (path, Some(query)));
    if path.is_empty() || path.ends_with('/') {
        return Err(NotAnAddress("the path of the Unix socket is missing"));
    }
    if path.starts_with('@') {
        return Err(NotAnAddress("a Unix socket needs a path in the file system"));
    }
    let mode = match query {
        None => DEFAULT_MODE,
        Some(query) => {
            let digits =
                query.strip_prefix("mode=").ok_or(NotAnAddress("only ?mode=0660 may follow a path"))?;
            let mode = u32::from_str_radix(digits, 8).ok().filter(|mode| *mode <= 0o777);
            mode.ok_or(NotAnAddress("the mode is not octal permissions such as 0660"))?
        }
    };
    Ok(Address::Unix { path: path.into(), mode })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn address(text: &str) -> Address {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[rstest]
    #[case("127.0.0.1:8080", "127.0.0.1:8080", "http://127.0.0.1:8080", true)]
    #[case(" 127.0.0.2:1 ", "127.0.0.2:1", "http://127.0.0.2:1", true)]
    #[case("localhost:1", "localhost:1", "http://localhost:1", true)]
    #[case("status.example:1", "status.example:1", "http://status.example:1", false)]
    #[case("[::1]:80", "[::1]:80", "http://[::1]:80", true)]
    #[case("0.0.0.0:80", "0.0.0.0:80", "http://127.0.0.1:80", false)]
    #[case("[::]:80", "[::]:80", "http://localhost:80", false)]
    #[case(":80", ":80", "http://localhost:80", false)]
    #[case("*:80", ":80", "http://localhost:80", false)]
    #[case("unix:/run/s.sock", "unix:/run/s.sock", "http://localhost", false)]
    #[case("unix:///run/s.sock?mode=0600", "unix:/run/s.sock", "http://localhost", false)]
    fn an_address_is_read_and_leads_to_a_url(
        #[case] text: &str,
        #[case] shown: &str,
        #[case] url: &str,
        #[case] loopback: bool,
    ) {
        let address = address(text);
        assert_eq!((address.to_string().as_str(), address.url("http").as_str()), (shown, url));
        assert_eq!(address.is_loopback(), loopback);
    }

    #[rstest]
    #[case("here", "port is missing")]
    #[case("127.0.0.1", "port is missing")]
    #[case("", "port is missing")]
    #[case("8080", "port is missing")]
    #[case("localhost:http", "not a number")]
    #[case("localhost:65536", "not a number")]
    #[case("::1:80", "brackets")]
    #[case("http://localhost:80", "not a URL")]
    #[case("unix:", "path")]
    #[case("unix:@name", "path")]
    #[case("unix:/run/", "path")]
    #[case("unix:/run/s.sock?mode=rw", "octal")]
    #[case("unix:/run/s.sock?mode=7777", "octal")]
    #[case("unix:/run/s.sock?owner=me", "only ?mode")]
    fn other_texts_are_refused_with_a_reason(#[case] text: &str, #[case] reason: &str) {
        let error = text.parse::<Address>().expect_err(text).to_string();
        assert!(error.contains(reason), "{error}");
    }

    #[rstest]
    #[case("127.0.0.1:1", "127.0.0.1:1", true)]
    #[case("127.0.0.1:1", "localhost:9000", true)]
    #[case("127.0.0.1:1", "app.LOCALHOST", true)]
    #[case("127.0.0.1:1", "[::1]:1", true)]
    #[case("127.0.0.1:1", "10.0.0.1", false)]
    #[case("127.0.0.1:1", "evil.example", false)]
    #[case("127.0.0.1:1", "evillocalhost", false)]
    #[case("127.0.0.1:1", "localhost.evil.example", false)]
    #[case("127.0.0.1:1", "", false)]
    #[case("127.0.0.1:1", "localhost:1", true)]
    #[case("127.0.0.1:1", "localhost:@evil.example", false)]
    #[case("127.0.0.1:1", "localhost:1/evil", false)]
    #[case("127.0.0.1:1", "[::1]evil.example", false)]
    #[case("10.0.0.1:1", "10.0.0.1:1", true)]
    #[case("10.0.0.1:1", "10.0.0.2:1", false)]
    #[case("0.0.0.0:1", "10.0.0.2:1", true)]
    #[case("0.0.0.0:1", "evil.example", false)]
    #[case("status.example:1", "Status.example:1", true)]
    #[case("unix:/run/s.sock", "localhost", true)]
    #[case("unix:/run/s.sock", "evil.example", false)]
    fn only_names_of_the_listener_are_accepted(
        #[case] text: &str,
        #[case] host: &str,
        #[case] accepted: bool,
    ) {
        assert_eq!(address(text).is_named_by(host), accepted);
    }
}
