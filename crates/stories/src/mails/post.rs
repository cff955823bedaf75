//! A folder of mails, and reading them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tempfile::TempDir;

/// A folder in which mails arrive.
pub struct Folder(TempDir);

/// A mail.
#[derive(Debug)]
pub struct Eml {
    /// The headers by their names, decoded.
    pub headers: BTreeMap<String, String>,
    pub text: String,
    pub html: String,
    pub raw: String,
}

impl Default for Folder {
    fn default() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }
}

impl Folder {
    pub fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    /// The mails that arrived since the last call, by their reader.
    pub fn take(&self) -> Vec<Eml> {
        let mut mails = Vec::new();
        for entry in std::fs::read_dir(self.0.path()).expect("a folder") {
            let path = entry.expect("a file").path();
            assert_eq!(path.extension().and_then(|end| end.to_str()), Some("eml"), "{path:?}");
            mails.push(Eml::read(&std::fs::read_to_string(&path).expect("a mail")));
            std::fs::remove_file(path).expect("a file");
        }
        mails.sort_by(|one, other| {
            (one.reader(), one.header("subject")).cmp(&(other.reader(), other.header("subject")))
        });
        mails
    }
}

impl Eml {
    fn read(raw: &str) -> Self {
        let (headers, body) = part(raw);
        let kind = headers.get("content-type").expect("a type");
        let boundary = kind.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next());
        let boundary = format!("--{}", boundary.expect("a boundary"));
        let mut parts = BTreeMap::new();
        for one in body.split(&boundary).skip(1).filter(|one| !one.starts_with("--")) {
            let (headers, body) = part(one.trim_start());
            let kind = headers["content-type"].split(';').next().unwrap_or_default().to_owned();
            let encoding = headers.get("content-transfer-encoding").map_or("7bit", String::as_str);
            parts.insert(kind, decoded(encoding, body).replace("\r\n", "\n"));
        }
        let mut take = |kind: &str| parts.remove(kind).expect("a part");
        let (text, html) = (take("text/plain"), take("text/html"));
        Self { headers, text, html, raw: raw.to_owned() }
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("{name}: {:?}", self.headers))
    }

    /// The address of the reader.
    pub fn reader(&self) -> &str {
        let to = self.header("to");
        to.split('<').nth(1).map_or(to, |address| address.trim_end_matches('>'))
    }

    /// The path of the first link to a place of the service.
    #[track_caller]
    pub fn path(&self, place: &str) -> String {
        let start = self.text.find(&format!("https://status.example{place}")).expect("a link");
        let link = self.text[start..].split_whitespace().next().unwrap_or_default();
        link.trim_start_matches("https://status.example").to_owned()
    }
}

/// The headers of a message or of a part, and its body.
fn part(text: &str) -> (BTreeMap<String, String>, &str) {
    let (head, body) = text.split_once("\r\n\r\n").expect("a body");
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let header = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("a header: {line:?}"));
        (name.to_ascii_lowercase(), words(value.trim()))
    };
    (head.split("\r\n").map(header).collect(), body)
}

/// The text of a header with encoded words (RFC 2047), of which this service writes only those in base64.
fn words(value: &str) -> String {
    let mut text = String::new();
    let mut was_encoded = false;
    for word in value.split(' ') {
        let inner = word.strip_prefix("=?utf-8?b?").and_then(|rest| rest.split_once("?="));
        if let Some((inner, rest)) = inner {
            if !was_encoded && !text.is_empty() {
                text.push(' ');
            }
            let bytes = BASE64_STANDARD.decode(inner).expect("base64");
            text.push_str(&String::from_utf8(bytes).expect("UTF-8"));
            text.push_str(rest);
        } else {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        was_encoded = inner.is_some();
    }
    text
}

fn decoded(encoding: &str, body: &str) -> String {
    let bytes = match encoding {
        "base64" => BASE64_STANDARD.decode(body.split_whitespace().collect::<String>()).expect("base64"),
        "quoted-printable" => quoted_printable(body),
        "7bit" => body.as_bytes().to_vec(),
        other => panic!("{other}"),
    };
    String::from_utf8(bytes).expect("UTF-8")
}

fn quoted_printable(body: &str) -> Vec<u8> {
    let text = body.replace("=\r\n", "");
    let mut parts = text.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).expect("two digits"));
        bytes.extend(&part.as_bytes()[2..]);
    }
    bytes
}
