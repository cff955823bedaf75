//! Servers of stories that answer requests of the service.

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// The head of a request and its body.
pub struct Request {
    pub head: String,
    pub body: Vec<u8>,
}

impl Request {
    /// Reads a request; none if the connection ends before it does.
    pub async fn read(stream: &mut TcpStream) -> std::io::Result<Option<Self>> {
        let mut bytes = Vec::new();
        let end = loop {
            if stream.read_buf(&mut bytes).await? == 0 {
                return Ok(None);
            }
            if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break at;
            }
        };
        let body = bytes.split_off(end + 4);
        bytes.truncate(end);
        let mut request = Self { head: String::from_utf8_lossy(&bytes).into_owned(), body };
        let length = request.header("content-length").map_or(0, |text| text.parse().expect("a length"));
        while request.body.len() < length {
            if stream.read_buf(&mut request.body).await? == 0 {
                return Ok(None);
            }
        }
        Ok(Some(request))
    }

    /// The path with the query.
    pub fn path(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// The headers, with names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (String, &str)> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.map(|(name, value)| (name.to_ascii_lowercase(), value))
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers().find(|(own, _)| own == name).map(|(_, value)| value)
    }
}
