//! Addresses in settings: the public URL, origins, and the networks of proxies.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::http::HeaderMap;
use ipnet::{IpNet, Ipv4Net};
use url::Url;

/// The setting for all origins.
pub const ANY_ORIGIN: &str = "*";

/// A text is not a public URL; with the right form.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{defect}; give it as {form}")]
pub struct InvalidUrl {
    /// The defect, as a clause.
    pub defect: &'static str,
    /// An example of the right form.
    pub form: &'static str,
}

impl InvalidUrl {
    const fn new(defect: &'static str) -> Self {
        Self { defect, form: "https://NAME" }
    }
}

/// Normalizes the public URL: host in lower case, without a default port and without a slash at the end. It may have a
/// path, below which a proxy serves.
///
/// # Errors
/// [`InvalidUrl`]
pub fn public_url(text: &str) -> Result<String, InvalidUrl> {
    let url = web_url(text)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(InvalidUrl::new("it has a user name or a password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(InvalidUrl {
            defect: "it has a query or a fragment",
            form: "https://NAME or https://NAME/PATH",
        });
    }
    Ok(format!("{}{}", url.origin().ascii_serialization(), url.path().trim_end_matches('/')))
}

/// Reads an absolute URL of a web server. The library would also accept `https:NAME`, as browsers do.
fn web_url(text: &str) -> Result<Url, InvalidUrl> {
    let is_plain = !text.chars().any(|one| one.is_whitespace() || one.is_control() || one == '\\');
    let parsed = text.contains("://").then(|| Url::parse(text).ok()).flatten();
    match parsed.filter(|url| is_plain && text[url.scheme().len()..].starts_with("://")) {
        None => Err(InvalidUrl::new("it is no URL")),
        Some(url) if matches!(url.scheme(), "https" | "http") => Ok(url),
        Some(_) => Err(InvalidUrl::new("it is neither https nor http")),
    }
}

/// Normalizes an origin to what browsers send: scheme and host in lower case, and the port unless it is the default; or `*`.
///
/// # Errors
/// The defect, and an example of the right form.
pub fn origin(text: &str) -> Result<String, &'static str> {
    const NONE: &str = "it is no origin; give it as https://NAME, or * for all";
    if text == ANY_ORIGIN {
        return Ok(text.to_owned());
    }
    let url = text.contains("://").then(|| Url::parse(text).ok()).flatten().ok_or(NONE)?;
    let is_bare = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
        && matches!(url.path(), "" | "/");
    let host = url.host_str().filter(|host| !host.is_empty() && !host.contains('*')).ok_or(NONE)?;
    if !is_bare || text.chars().any(|one| one.is_whitespace() || one == '\\') {
        return Err("it has more than an origin; give it as https://NAME");
    }
    let origin = url.origin();
    if origin.is_tuple() {
        return Ok(origin.ascii_serialization());
    }
    // Such as the origins of mobile applications.
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Ok(format!("{}://{}{port}", url.scheme(), host.to_ascii_lowercase()))
}

/// An address, or all addresses of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(IpNet);

/// A text is not a [`Network`].
#[derive(Debug, thiserror::Error)]
#[error("neither an address nor a network such as 10.0.0.0/8")]
pub struct NotANetwork;

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        Self(address.into())
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let network = match text.parse::<IpAddr>() {
            Ok(address) => address.into(),
            Err(_) => text.parse::<IpNet>().map_err(|_| NotANetwork)?,
        };
        // An IPv4 address may be written as an IPv4-mapped IPv6 address.
        let canonical = match network {
            IpNet::V6(v6) => v6.addr().to_ipv4_mapped().zip(v6.prefix_len().checked_sub(96)),
            IpNet::V4(_) => None,
        };
        let mapped = canonical.and_then(|(address, prefix)| Ipv4Net::new(address, prefix).ok());
        Ok(Self(mapped.map_or(network, IpNet::V4)))
    }
}

/// Whether an address belongs to a trusted proxy.
pub fn is_trusted(proxies: &[Network], address: IpAddr) -> bool {
    let address = address.to_canonical();
    proxies.iter().any(|Network(network)| network.contains(&address))
}

/// The last address in the forwarding headers that does not belong to a trusted proxy: anybody may have written those before
/// it. A proxy writes `X-Forwarded-For` or `Forwarded` (RFC 7239) and may pass on the other header as the client sent it:
/// if both exist and differ, neither counts.
pub fn forwarded_for(proxies: &[Network], headers: &HeaderMap) -> Option<IpAddr> {
    let usual = headers.contains_key("x-forwarded-for").then(|| {
        last_foreign(proxies, &lists(headers, "x-forwarded-for"), |list| {
            list.split(',').map(node).collect::<Vec<_>>()
        })
    });
    let standard = headers
        .contains_key("forwarded")
        .then(|| last_foreign(proxies, &lists(headers, "forwarded"), elements));
    match (usual, standard) {
        (Some(usual), Some(standard)) => usual.filter(|usual| Some(*usual) == standard),
        (usual, standard) => usual.or(standard).flatten(),
    }
}

fn lists<'h>(headers: &'h HeaderMap, name: &str) -> Vec<&'h str> {
    headers.get_all(name).iter().map(|list| list.to_str().unwrap_or("?")).collect()
}

fn last_foreign(
    proxies: &[Network],
    lists: &[&str],
    nodes: impl Fn(&str) -> Vec<Option<IpAddr>>,
) -> Option<IpAddr> {
    let mut nodes = lists.iter().rev().flat_map(|list| nodes(list).into_iter().rev());
    nodes.find(|node| !node.is_some_and(|address| is_trusted(proxies, address))).flatten()
}

/// The `for` of each element of a `Forwarded` header; `None` if it is not an address.
fn elements(list: &str) -> Vec<Option<IpAddr>> {
    split(list, ',').into_iter().map(element).collect()
}

fn element(text: &str) -> Option<IpAddr> {
    let mut pairs = split(text, ';').into_iter().filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    let value = value.trim();
    node(value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))
}

/// Splits a list at a separator, but not inside quoted strings.
fn split(list: &str, separator: char) -> Vec<&str> {
    let mut is_quoted = false;
    list.split(move |one| {
        is_quoted ^= one == '"';
        one == separator && !is_quoted
    })
    .collect()
}

/// Reads an address, possibly with a port; an IPv6 address may be in brackets.
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = text.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()));
    let address = address.ok().or_else(|| text.strip_prefix('[')?.strip_suffix(']')?.parse().ok());
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://Status.Example:443/", Ok("https://status.example"))]
    #[case("HTTP://status.example:80", Ok("http://status.example"))]
    #[case("http://status.example:8080/", Ok("http://status.example:8080"))]
    #[case("https://h/statuary/", Ok("https://h/statuary"))]
    #[case("http://[::1]:8080", Ok("http://[::1]:8080"))]
    #[case("https://bücher.example", Ok("https://xn--bcher-kva.example"))]
    #[case("example.org", Err("no URL"))]
    #[case("example.org:8080", Err("no URL"))]
    #[case("https:example.org", Err("no URL"))]
    #[case("https://", Err("no URL"))]
    #[case("https://a b", Err("no URL"))]
    #[case("ftp://example.org", Err("neither https nor http"))]
    #[case("https://h/?x", Err("query"))]
    #[case("https://h/?", Err("query"))]
    #[case("https://h/#top", Err("fragment"))]
    #[case("https://ann:secret@h", Err("password"))]
    fn a_public_url_is_normal_or_refused(#[case] text: &str, #[case] expected: Result<&str, &str>) {
        match (public_url(text), expected) {
            (Ok(url), Ok(expected)) => assert_eq!(url, expected),
            (Err(reason), Err(part)) => assert!(reason.to_string().contains(part), "{reason}"),
            (actual, _) => panic!("{text}: {actual:?}"),
        }
    }

    #[rstest]
    #[case("*", Some("*"))]
    #[case("https://Board.Example:443/", Some("https://board.example"))]
    #[case("http://localhost:3000", Some("http://localhost:3000"))]
    #[case("http://board.example:80", Some("http://board.example"))]
    #[case("capacitor://localhost", Some("capacitor://localhost"))]
    #[case("foo", None)]
    #[case("null", None)]
    #[case("board.example", None)]
    #[case("https://board.example/path", None)]
    #[case("https://board.example?x", None)]
    #[case("https://ann@board.example", None)]
    #[case("https://*.example", None)]
    #[case("file:///home", None)]
    fn an_origin_is_as_browsers_send_it_or_refused(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(origin(text).ok().as_deref(), expected);
    }

    #[rstest]
    #[case("10.0.0.0/8", "10.255.0.1", true)]
    #[case("10.1.2.3/8", "10.255.0.1", true)]
    #[case("10.0.0.0/8", "11.0.0.1", false)]
    #[case("192.0.2.1", "192.0.2.1", true)]
    #[case("192.0.2.1", "192.0.2.2", false)]
    #[case("::ffff:192.0.2.1", "192.0.2.1", true)]
    #[case("::ffff:192.0.2.0/120", "192.0.2.9", true)]
    #[case("192.0.2.0/24", "::ffff:192.0.2.9", true)]
    #[case("2001:db8::/32", "2001:db8:1::1", true)]
    #[case("fd00::/8", "2001:db8::1", false)]
    #[case("0.0.0.0/0", "192.0.2.9", true)]
    fn a_network_has_addresses(#[case] network: &str, #[case] address: &str, #[case] expected: bool) {
        let network = network.parse().expect("a network");
        assert_eq!(is_trusted(&[network], address.parse().expect("an address")), expected);
    }

    #[rstest]
    #[case("10.0.0.0/33")]
    #[case("10.0.0/8")]
    #[case("proxy")]
    #[case("")]
    fn other_texts_than_networks_are_refused(#[case] text: &str) {
        assert!(text.parse::<Network>().is_err());
    }

    #[rstest]
    #[case(&[("x-forwarded-for", "198.51.100.7, 10.0.0.2")], Some("198.51.100.7"))]
    #[case(&[("x-forwarded-for", "198.51.100.7:4711")], Some("198.51.100.7"))]
    #[case(&[("x-forwarded-for", "203.0.113.5, 198.51.100.7"), ("x-forwarded-for", "10.0.0.2")], Some("198.51.100.7"))]
    #[case(&[("x-forwarded-for", "unknown")], None)]
    #[case(&[("forwarded", "for=198.51.100.7;proto=https;by=10.0.0.2")], Some("198.51.100.7"))]
    #[case(&[("forwarded", "For=\"[2001:db8:cafe::17]:4711\"")], Some("2001:db8:cafe::17"))]
    #[case(&[("forwarded", "for=203.0.113.5, for=198.51.100.7, for=10.0.0.2")], Some("198.51.100.7"))]
    #[case(&[("forwarded", "for=203.0.113.5"), ("forwarded", "for=198.51.100.7")], Some("198.51.100.7"))]
    #[case(&[("forwarded", "proto=https;for=\"198.51.100.7\";host=\"a,b;c\"")], Some("198.51.100.7"))]
    #[case(&[("forwarded", "for=203.0.113.5, for=_hidden")], None)]
    #[case(&[("forwarded", "for=203.0.113.5, proto=https")], None)]
    #[case(&[("forwarded", "for=198.51.100.7"), ("x-forwarded-for", "198.51.100.7")], Some("198.51.100.7"))]
    #[case(&[("forwarded", "for=203.0.113.5"), ("x-forwarded-for", "198.51.100.7")], None)]
    #[case(&[], None)]
    fn the_last_untrusted_address_counts(
        #[case] sent: &[(&'static str, &'static str)],
        #[case] expected: Option<&str>,
    ) {
        let proxies = ["10.0.0.0/8".parse().expect("a network")];
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(*name, value.parse().expect("a value"));
        }
        let expected = expected.map(|text| text.parse().expect("an address"));
        assert_eq!(forwarded_for(&proxies, &headers), expected);
    }
}
