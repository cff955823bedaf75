//! Filters of lists and of changes (RFC 7644, section 3.4.2.2), as far as directories use them: `attribute eq value`.

use serde_json::Value;

use super::error::Error;

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The name of the attribute in lower case, without its schema.
    pub attribute: String,
    /// The value.
    pub value: Value,
}

impl Filter {
    /// Reads `attribute eq value`.
    ///
    /// # Errors
    /// [`Error::Refused`]
    pub fn read(text: &str) -> Result<Self, Error> {
        let unknown = || Error::filter(format!("`{text}`: a filter here is `attribute eq \"value\"`"));
        let mut parts = text.trim().splitn(3, ' ').filter(|part| !part.is_empty());
        let (Some(attribute), Some(operator), Some(value)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(unknown());
        };
        let value: Value = serde_json::from_str(value.trim()).map_err(|_| unknown())?;
        if !operator.eq_ignore_ascii_case("eq") || value.is_object() || value.is_array() {
            return Err(unknown());
        }
        Ok(Self { attribute: without_schema(attribute).to_lowercase(), value })
    }

    /// The value as a text.
    pub fn text(&self) -> String {
        self.value.as_str().map_or_else(|| self.value.to_string(), str::to_owned)
    }

    /// Whether an element of a list meets it. Texts are compared ignoring case.
    pub fn passes(&self, element: &Value) -> bool {
        let Some(members) = element.as_object() else { return false };
        let own = members.iter().find(|(name, _)| name.eq_ignore_ascii_case(&self.attribute));
        own.is_some_and(|(_, own)| match (own, &self.value) {
            (Value::String(own), Value::String(value)) => own.to_lowercase() == value.to_lowercase(),
            (own, value) => own == value,
        })
    }
}

/// A name of an attribute without the URN of its schema.
pub fn without_schema(name: &str) -> &str {
    if !name.to_ascii_lowercase().starts_with("urn:") {
        return name;
    }
    name.rsplit(':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_equation_is_read() {
        for (text, attribute, value) in [
            ("userName eq \"ada@example.com\"", "username", json!("ada@example.com")),
            ("externalId Eq \"a b\"", "externalid", json!("a b")),
            ("active eq true", "active", json!(true)),
            ("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"a\\\"b\"", "username", json!("a\"b")),
        ] {
            let filter = Filter { attribute: attribute.into(), value };
            assert_eq!(Filter::read(text).ok(), Some(filter), "{text}");
        }
        for text in
            ["", "userName", "userName sw \"a\"", "userName eq a", "userName eq \"a\" and active eq true"]
        {
            assert!(Filter::read(text).is_err(), "{text}");
        }
    }
}
