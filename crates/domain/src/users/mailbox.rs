//! How people are named in a text: by e-mail address, by name, or by both, as in `Ada Park <ada@example.com>` (RFC 5322, 3.4).

use super::is_email_address;

/// A person in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox<'t> {
    /// The name; empty if there is none.
    pub name: &'t str,
    /// The e-mail address; empty if there is none.
    pub address: &'t str,
}

impl<'t> Mailbox<'t> {
    /// The name and the address in a text.
    pub fn read(text: &'t str) -> Self {
        let text = text.trim();
        let both = text.strip_suffix('>').and_then(|text| text.rsplit_once('<'));
        match both.map(|(name, address)| (name.trim().trim_matches('"').trim(), address.trim())) {
            Some((name, address)) if is_email_address(address) => Self { name, address },
            _ if is_email_address(text) => Self { name: "", address: text },
            _ => Self { name: text, address: "" },
        }
    }

    /// The name, or one made of the address: `ada.park@example.com` is called Ada Park.
    pub fn full_name(&self) -> String {
        if !self.name.is_empty() {
            return self.name.to_owned();
        }
        let local = self.address.split(['@', '+']).next().unwrap_or_default();
        let words = local.split(['.', '_', '-']).filter(|word| !word.is_empty());
        let capital = |word: &str| {
            let mut letters = word.chars();
            letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
        };
        words.map(capital).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_a_name_an_address_or_both() {
        for (text, name, address, full_name) in [
            ("ada.park@example.com", "", "ada.park@example.com", "Ada Park"),
            (" Ada Park <ada@example.com> ", "Ada Park", "ada@example.com", "Ada Park"),
            ("\"Park, Ada\" <ada@example.com>", "Park, Ada", "ada@example.com", "Park, Ada"),
            ("<ada+x@example.com>", "", "ada+x@example.com", "Ada"),
            ("Ada Park", "Ada Park", "", "Ada Park"),
            ("Ada <nobody>", "Ada <nobody>", "", "Ada <nobody>"),
            ("a@b@c", "a@b@c", "", "a@b@c"),
            ("", "", "", ""),
        ] {
            let mailbox = Mailbox::read(text);
            assert_eq!(mailbox, Mailbox { name, address }, "{text}");
            assert_eq!(mailbox.full_name(), full_name, "{text}");
        }
    }
}
