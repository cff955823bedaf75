//! Invitations: one-time links with which people choose their passwords. The store has only the digest of the secret.

pub mod store;

use crate::ids::{AccountId, UserId};
use crate::users::is_email_address;
use crate::users::mailbox::Mailbox;
use serde::Serialize;

use base::clock::Time;

/// The lifetime of a link, in seconds.
pub const SECONDS: i64 = 7 * 24 * 60 * 60;

/// A link for a person; a person has at most one.
#[derive(Clone, Debug, Serialize)]
pub struct Invitation {
    /// Unique in the store.
    pub id: i64,
    /// The account of its person.
    pub account_id: AccountId,
    /// The person.
    pub user_id: UserId,
    /// The SHA-256 of the link's secret, in hex.
    pub sha256: String,
    /// When it was created.
    pub created_at: Time,
    /// When it expires.
    pub expires_at: Time,
}

/// The maximum number of people who are added at once.
pub const MOST: usize = 500;

/// A person to add, from a row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// The number of the row, from 1.
    pub number: usize,
    /// First and last name.
    pub full_name: String,
    /// The e-mail address.
    pub email_address: String,
}

impl NewPerson {
    /// The people of a text, one a line: `Ada Park <ada@example.com>`, the address alone, or name and address in cells that a
    /// tab, a semicolon or a comma separates.
    pub fn read(text: &str) -> Vec<Self> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let person = |(index, line): (usize, &str)| {
            let cells: Vec<&str> = line.split(['\t', ';', ',']).map(str::trim).collect();
            let address = cells.iter().find(|cell| is_email_address(cell));
            let mailbox = match address {
                Some(address) if cells.len() > 1 && !line.contains('<') => {
                    let name = cells.iter().find(|cell| !cell.is_empty() && *cell != address);
                    Mailbox { name: name.copied().unwrap_or_default(), address }
                }
                _ => Mailbox::read(line),
            };
            let (full_name, email_address) = (mailbox.full_name(), mailbox.address.to_owned());
            Self { number: index + 1, full_name, email_address }
        };
        lines.map(person).collect()
    }
}

/// The path of the link with a secret.
pub fn path(secret: &str) -> String {
    format!("/invitations/{secret}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_read_from_lines() {
        let text = "Ada Park <ada@example.com>\n\nbo.lind@example.com\r\nCleo Kai\tcleo@example.com\nolaf@example.com; Olaf Out\n\
            \"Park, Eve\" <eve@example.com>\nnobody\n";
        let read: Vec<_> = NewPerson::read(text)
            .into_iter()
            .map(|one| format!("{} {} {}", one.number, one.full_name, one.email_address))
            .collect();
        assert_eq!(
            read,
            [
                "1 Ada Park ada@example.com",
                "3 Bo Lind bo.lind@example.com",
                "4 Cleo Kai cleo@example.com",
                "5 Olaf Out olaf@example.com",
                "6 Park, Eve eve@example.com",
                "7 nobody ",
            ]
        );
    }
}
