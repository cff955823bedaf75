//! How mails leave: by SMTP, or, for a demo, as files in a folder.

use std::fmt;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use domain::users::mailbox::Mailbox;

/// The forms of the URL, for messages.
const FORMS: &str = "give it as smtp://HOST, smtp+starttls://USER:PASSWORD@HOST or smtps://USER:PASSWORD@HOST, with :PORT if it is not 25, 587 or 465";

/// How mails leave, and from whom.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The name and the address of the sender.
    pub from: Sender,
    /// How they leave.
    pub way: Way,
}

/// The sender of all mails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The name; empty for none.
    pub name: String,
    /// The address.
    pub address: String,
}

/// How mails leave.
#[derive(Clone, Debug)]
pub enum Way {
    /// By a server.
    Smtp(Smtp),
    /// As files in a folder.
    Folder(PathBuf),
}

/// A server that takes mails.
#[derive(Clone, PartialEq, Eq)]
pub struct Smtp {
    /// Its name or its address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub encryption: Encryption,
    /// The user and the password.
    pub credentials: Option<(String, String)>,
}

/// How a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// Not at all.
    None,
    /// From the command STARTTLS on, before anything else is said.
    StartTls,
    /// From the first byte on.
    Tls,
}

/// Without the password.
impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, encryption, credentials } = self;
        let user = credentials.as_ref().map(|(user, _)| user);
        write!(f, "Smtp {{ {host}:{port}, {encryption:?}, {user:?} }}")
    }
}

/// A text is not a setting of mails. The message does not repeat the text, which may contain a password.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMail {
    /// Not a URL of a server for mails.
    #[error("{0}; {FORMS}")]
    Url(&'static str),
    /// Not a sender.
    #[error("it is no e-mail address; give it as status@example.com or as \"Statuary <status@example.com>\"")]
    Sender,
}

impl Smtp {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`InvalidMail::Url`]
    pub fn read(text: &str) -> Result<Self, InvalidMail> {
        let wrong = InvalidMail::Url;
        let (scheme, _) = text.split_once("://").ok_or(wrong("it is no URL"))?;
        let (encryption, usual) = match scheme.to_ascii_lowercase().as_str() {
            "smtp" => (Encryption::None, 25),
            "smtp+starttls" => (Encryption::StartTls, 587),
            "smtps" => (Encryption::Tls, 465),
            _ => return Err(wrong("it begins with another scheme")),
        };
        let url = Url::parse(text).map_err(|_| wrong("it is no URL"))?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(wrong(
                "it has more than a host and a port; a special character of a password is written as %2F",
            ));
        }
        let host = match url.host() {
            Some(Host::Domain(name)) if !name.is_empty() => percent_decode_str(name)
                .decode_utf8()
                .map_err(|_| wrong("its host is not valid"))?
                .into_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            _ => return Err(wrong("it has no host")),
        };
        if host.chars().any(|one| one.is_whitespace() || one.is_control()) {
            return Err(wrong("its host is not valid"));
        }
        let decoded = |text: &str| {
            let decoded = percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned);
            decoded.map_err(|_| wrong("its user or its password is not UTF-8"))
        };
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            ("", Some(_)) => return Err(wrong("it has a password, and no user")),
            (_, None) => return Err(wrong("it has a user, and no password")),
            (user, Some(password)) => Some((decoded(user)?, decoded(password)?)),
        };
        Ok(Self { host, port: url.port().unwrap_or(usual), encryption, credentials })
    }

    /// Whether a password would be readable on its way.
    pub fn is_readable(&self) -> bool {
        let is_local = matches!(self.host.as_str(), "localhost" | "127.0.0.1" | "::1");
        self.encryption == Encryption::None && self.credentials.is_some() && !is_local
    }
}

impl Sender {
    /// Reads a sender, as `status@example.com` or `Statuary <status@example.com>`.
    ///
    /// # Errors
    /// [`InvalidMail::Sender`]
    pub fn read(text: &str) -> Result<Self, InvalidMail> {
        let mailbox = Mailbox::read(text);
        if mailbox.address.is_empty() || text.chars().any(char::is_control) {
            return Err(InvalidMail::Sender);
        }
        Ok(Self { name: mailbox.name.to_owned(), address: mailbox.address.to_owned() })
    }

    /// The sender of a demo.
    pub fn of_demo() -> Self {
        Self { name: "Statuary".to_owned(), address: "statuary@demo.example".to_owned() }
    }

    /// The part of the address after `@`.
    pub fn domain(&self) -> &str {
        self.address.rsplit('@').next().unwrap_or("localhost")
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("smtp://mail.example", "mail.example", 25, Encryption::None, None)]
    #[case("SMTP://127.0.0.1:2525/", "127.0.0.1", 2525, Encryption::None, None)]
    #[case("smtp+starttls://ann:p%40ss%2Fw@mail.example", "mail.example", 587, Encryption::StartTls, Some(("ann", "p@ss/w")))]
    #[case("smtps://ann%40example.com:s@[::1]:1465", "::1", 1465, Encryption::Tls, Some(("ann@example.com", "s")))]
    fn a_url_of_a_server_is_read(
        #[case] text: &str,
        #[case] host: &str,
        #[case] port: u16,
        #[case] encryption: Encryption,
        #[case] credentials: Option<(&str, &str)>,
    ) {
        let credentials = credentials.map(|(user, password)| (user.to_owned(), password.to_owned()));
        assert_eq!(Smtp::read(text), Ok(Smtp { host: host.to_owned(), port, encryption, credentials }));
    }

    #[rstest]
    #[case("mail.example")]
    #[case("https://mail.example")]
    #[case("smtp:mail.example")]
    #[case("smtp://")]
    #[case("smtp://:25")]
    #[case("smtp://mail.example:99999")]
    #[case("smtp://mail example")]
    #[case("smtp://ann@mail.example")]
    #[case("smtp://:hunter2@mail.example")]
    #[case("smtp://ann:hunter2/x@mail.example")]
    #[case("smtp://ann:hunter2@mail.example/path")]
    #[case("smtp://ann:hunter2@mail.example?tls=required")]
    #[case("smtp://ann:%FF@mail.example")]
    fn another_url_is_refused_without_its_password(#[case] text: &str) {
        let error = Smtp::read(text).expect_err("an error").to_string();
        assert!(error.contains("smtp+starttls://") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn a_password_is_in_no_log() {
        let smtp = Smtp::read("smtps://ann:hunter2@mail.example").expect("a URL");
        assert!(!format!("{smtp:?}").contains("hunter2"), "{smtp:?}");
        let readable = |text| Smtp::read(text).expect("a URL").is_readable();
        assert!(readable("smtp://a:b@mail.example"));
        assert!(
            !readable("smtp://a:b@localhost")
                && !readable("smtp://mail.example")
                && !readable("smtps://a:b@mail.example")
        );
    }

    #[test]
    fn a_sender_has_an_address_and_perhaps_a_name() {
        let sender =
            |name: &str, address: &str| Sender { name: name.to_owned(), address: address.to_owned() };
        assert_eq!(Sender::read("status@example.com"), Ok(sender("", "status@example.com")));
        assert_eq!(
            Sender::read("\"Status, A\" <status@example.com>"),
            Ok(sender("Status, A", "status@example.com"))
        );
        assert_eq!(sender("", "status@example.com").domain(), "example.com");
        for other in ["", "status", "Status <status>", "a\r\nBcc: b <status@example.com>", "a@b, c@d"] {
            assert_eq!(Sender::read(other), Err(InvalidMail::Sender), "{other:?}");
        }
    }
}
