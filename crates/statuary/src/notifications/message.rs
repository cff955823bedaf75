//! The message of a mail (RFC 5322): headers, a plain text and HTML.

use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use lettre::{Address, message};

use base::clock::Time;
use domain::mails::Content;
use service::settings::mail::Sender;
use web::mail::Letter;

/// A mail that cannot be written, such as to an address that is none.
#[derive(Debug, thiserror::Error)]
pub enum Unwritable {
    /// The address of the reader or of the sender.
    #[error("the address is not valid")]
    Address(#[from] lettre::address::AddressError),
    /// Another part.
    #[error("the message cannot be built: {0}")]
    Message(#[from] lettre::error::Error),
}

/// A name in a header: one line, and nothing that controls how it is shown.
fn name(text: &str) -> Option<String> {
    let plain: String = text
        .chars()
        .filter(|letter| {
            !matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
        })
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .take(200)
        .collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    (!plain.is_empty()).then_some(plain)
}

fn mailbox(full_name: &str, address: &str) -> Result<Mailbox, Unwritable> {
    Ok(Mailbox::new(name(full_name), address.parse::<Address>()?))
}

/// The message of a mail. A mail that is tried again has the same `Message-ID`, so that a reader who gets it twice can tell.
///
/// # Errors
/// [`Unwritable`]
pub fn build(from: &Sender, content: &Content, letter: &Letter, now: Time) -> Result<Message, Unwritable> {
    let (mail, domain) = (&content.mail, from.domain());
    let id = format!("<{}.{}.{}@{domain}>", mail.account_id, mail.id, mail.at.0);
    let seconds = u64::try_from(now.unix_seconds()).unwrap_or_default();
    let mut builder = message::MessageBuilder::new()
        .from(mailbox(&from.name, &from.address)?)
        .to(mailbox(&content.reader.full_name, &content.reader.email_address)?)
        .subject(letter.subject.clone())
        .date(UNIX_EPOCH + Duration::from_secs(seconds))
        .message_id(Some(id));
    if let Some(workspace_id) = mail.workspace_id {
        // The thread of a workspace.
        let thread = format!("<workspace.{}.{workspace_id}@{domain}>", mail.account_id);
        builder = builder.in_reply_to(thread.clone()).references(thread);
    }
    let parts = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
    let mut built = builder.multipart(parts)?;
    let mut headers = vec![
        (HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()),
        (HeaderName::new_from_ascii_str("Content-Language"), letter.language.to_owned()),
    ];
    if let Some(stop) = &letter.stop {
        headers.push((HeaderName::new_from_ascii_str("List-Unsubscribe"), format!("<{stop}>")));
        let post = "List-Unsubscribe=One-Click".to_owned();
        headers.push((HeaderName::new_from_ascii_str("List-Unsubscribe-Post"), post));
    }
    for (header, value) in headers {
        built.headers_mut().insert_raw(HeaderValue::new(header, value));
    }
    Ok(built)
}
