//! Listening on TCP, on a Unix socket, or on a socket from systemd. `statuary serve` and `doctor` call this.

use std::fmt;
use std::fs;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use listenfd::ListenFd;
use rustix::fs::Mode;
use rustix::process::umask;
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

use service::settings::listen::Address;

/// A socket that accepts connections.
#[derive(Debug)]
pub struct Listener {
    socket: Socket,
    address: Address,
    /// Removes the file of a Unix socket that this process created.
    _file: Option<SocketFile>,
}

#[derive(Debug)]
enum Socket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

/// An accepted connection.
#[derive(Debug)]
pub enum Stream {
    /// With the address of the client.
    Tcp(TcpStream, IpAddr),
    /// The client has no address.
    Unix(UnixStream),
}

/// The sockets that systemd opened for this process, by the names of their units' `FileDescriptorName=`.
#[derive(Debug, Default)]
pub struct Inherited {
    /// For the service.
    pub service: Option<Listener>,
    /// Named `metrics`.
    pub metrics: Option<Listener>,
}

/// The file of a Unix socket, which is removed on drop.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    device_and_inode: (u64, u64),
}

impl Listener {
    /// Listens on an address. For a name, it takes the first address that works, IPv4 first.
    pub async fn bind(address: &Address) -> Result<Self> {
        let bound = match address {
            Address::Tcp { host, port } => bind_tcp(host, *port).await,
            Address::Unix { path, mode } => bind_unix(path, *mode),
        };
        bound.with_context(|| format!("cannot listen on {address}"))
    }

    fn of_tcp(socket: TcpListener) -> io::Result<Self> {
        let address = socket.local_addr()?.into();
        Ok(Self { socket: Socket::Tcp(socket), address, _file: None })
    }

    /// The address, with the actual port.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Whether it is a Unix socket, whose clients have no address.
    pub fn is_unix(&self) -> bool {
        matches!(self.socket, Socket::Unix(_))
    }

    /// The next connection.
    pub async fn accept(&self) -> io::Result<Stream> {
        match &self.socket {
            Socket::Tcp(socket) => socket.accept().await.map(|(stream, peer)| Stream::Tcp(stream, peer.ip())),
            Socket::Unix(socket) => socket.accept().await.map(|(stream, _)| Stream::Unix(stream)),
        }
    }
}

impl Inherited {
    /// Takes the sockets of `LISTEN_FDS`: the one named `metrics` for metrics, the other one for the service.
    ///
    /// # Errors
    /// When a socket is neither a TCP nor a Unix stream socket, or there are too many.
    pub fn take() -> Result<Self> {
        let names = std::env::var("LISTEN_FDNAMES").unwrap_or_default();
        let names: Vec<_> = names.split(':').collect();
        let (mut passed, mut inherited) = (ListenFd::from_env(), Self::default());
        for index in 0..passed.len() {
            let listener = inherit(&mut passed, index).context("cannot use a socket that systemd passes")?;
            let is_metrics = names.get(index) == Some(&"metrics");
            let place = if is_metrics { &mut inherited.metrics } else { &mut inherited.service };
            if place.replace(listener).is_some() {
                bail!(
                    "systemd passes several sockets: one for the service, and one named `metrics`, can be used"
                );
            }
        }
        Ok(inherited)
    }
}

fn inherit(passed: &mut ListenFd, index: usize) -> Result<Listener> {
    if let Ok(Some(socket)) = passed.take_unix_listener(index) {
        socket.set_nonblocking(true)?;
        let path = socket.local_addr()?.as_pathname().map(Path::to_owned).unwrap_or_default();
        let address = Address::Unix { path, mode: 0 };
        return Ok(Listener { socket: Socket::Unix(UnixListener::from_std(socket)?), address, _file: None });
    }
    let socket = passed.take_tcp_listener(index)?.context("it was taken already")?;
    socket.set_nonblocking(true)?;
    Ok(Listener::of_tcp(TcpListener::from_std(socket)?)?)
}

async fn bind_tcp(host: &str, port: u16) -> Result<Listener> {
    let mut addresses: Vec<SocketAddr> = if host.is_empty() {
        // The first one accepts IPv4, too, if the machine has IPv6 at all.
        vec![(Ipv6Addr::UNSPECIFIED, port).into(), (Ipv4Addr::UNSPECIFIED, port).into()]
    } else {
        let mut found: Vec<_> = tokio::net::lookup_host((host, port)).await?.collect();
        found.sort_by_key(SocketAddr::is_ipv6);
        found
    };
    addresses.dedup();
    let mut last = None;
    for address in addresses {
        match TcpListener::bind(address).await {
            Ok(socket) => return Ok(Listener::of_tcp(socket)?),
            // The port is taken, whatever the address family.
            Err(error) if host.is_empty() && error.kind() == ErrorKind::AddrInUse => return Err(error.into()),
            Err(error) => last = Some(error),
        }
    }
    Err(last.map_or_else(|| anyhow::anyhow!("the name has no address"), Into::into))
}

fn bind_unix(path: &Path, mode: u32) -> Result<Listener> {
    remove_stale(path)?;
    // Nobody else can connect before the permissions are set.
    let before = umask(Mode::from_raw_mode(0o177));
    let bound = UnixListener::bind(path);
    umask(before);
    let socket = bound?;
    let metadata = fs::symlink_metadata(path)?;
    let file = SocketFile { path: path.to_owned(), device_and_inode: (metadata.dev(), metadata.ino()) };
    fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    let address = Address::Unix { path: path.to_owned(), mode };
    Ok(Listener { socket: Socket::Unix(socket), address, _file: Some(file) })
}

/// Removes the socket that a process left behind, but neither one in use nor any other file.
fn remove_stale(path: &Path) -> Result<()> {
    let metadata = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        metadata => metadata?,
    };
    if !metadata.file_type().is_socket() {
        bail!("the file is there, and is not a socket");
    }
    match std::os::unix::net::UnixStream::connect(path) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(fs::remove_file(path)?),
        Ok(_) => bail!("another process listens on the socket"),
        Err(error) => Err(error.into()),
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let is_same = fs::symlink_metadata(&self.path)
            .is_ok_and(|metadata| (metadata.dev(), metadata.ino()) == self.device_and_inode);
        if is_same && let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(path = %self.path.display(), %error, "cannot remove the file of the socket");
        }
    }
}

impl Stream {
    /// The address of the client; for a Unix socket, the loopback address.
    pub fn ip(&self) -> IpAddr {
        match self {
            Self::Tcp(_, ip) => ip.to_canonical(),
            Self::Unix(_) => Ipv4Addr::LOCALHOST.into(),
        }
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(_, ip) => ip.fmt(f),
            Self::Unix(_) => f.write_str("a Unix socket"),
        }
    }
}
