//! The client of a request: the other end of its connection, or the address that a trusted proxy names. `front::service`
//! determines it once for a request, and `RequestId` has it.

use std::net::IpAddr;

use axum::extract::Request;

use super::settings::Settings;
use super::settings::addresses::{forwarded_for, is_trusted};

/// A request extension: the other end of the connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// The client of a request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Client {
    /// The other end of the connection, or the address that a trusted proxy names.
    pub address: Option<IpAddr>,
}

impl Client {
    /// The client of a request.
    pub fn of(settings: &Settings, request: &Request) -> Self {
        let Some(Peer(peer)) = request.extensions().get() else { return Self::default() };
        let (peer, trusted) = (peer.to_canonical(), &settings.trusted_proxies);
        let named = if is_trusted(trusted, peer) { forwarded_for(trusted, request.headers()) } else { None };
        Self { address: Some(named.unwrap_or(peer)) }
    }

    /// The network as which the address counts in limits.
    pub fn network(self) -> Option<IpAddr> {
        self.address.map(network)
    }
}

/// The network as which an address counts in limits: for IPv6 the first 64 bits, which belong to one customer.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        address @ IpAddr::V4(_) => address,
    }
}
