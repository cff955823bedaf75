//! Responses, and assertions on them.

use std::fmt;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Value, json};

/// A response.
#[derive(Debug)]
pub struct Answer {
    /// The request, which each failed assertion of this type shows.
    pub request: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    /// The body, which need not be text.
    pub bytes: Bytes,
}

/// The names of an object's members, in their order.
struct Members(Vec<String>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Members, A::Error> {
                let mut names = Vec::new();
                while let Some((name, IgnoredAny)) = map.next_entry()? {
                    names.push(name);
                }
                Ok(Members(names))
            }
        }
        deserializer.deserialize_map(Names)
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -> {} {}", self.request, self.status.as_u16(), self.text)
    }
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// The ids of the results, in their order.
    #[track_caller]
    pub fn ids(&self) -> Vec<i64> {
        assert_eq!(self.status, StatusCode::OK, "{self}");
        let id = |result: &Value| result["id"].as_str().and_then(|id| id.parse().ok());
        self.json()["results"].as_array().expect("results").iter().map(|one| id(one).expect("id")).collect()
    }

    /// The object of a single answer.
    #[track_caller]
    pub fn object(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{self}");
        let body = self.json();
        let (key, id) = (body["results"][0]["key"].as_str(), body["results"][0]["id"].as_str());
        body[key.expect("key")][id.expect("id")].clone()
    }

    /// Asserts an error of the Kantata surface: its status and its whole body.
    #[track_caller]
    pub fn is_error(&self, status: u16, errors: &Value) {
        let seen = (self.status.as_u16(), self.json());
        assert_eq!(seen, (status, json!({ "errors": errors })), "{self}");
    }

    /// Asserts a success with exactly this body, blanks between its tokens aside: members in this order.
    #[track_caller]
    pub fn has_body(&self, body: &str) {
        assert_eq!((self.status, self.text.as_str()), (StatusCode::OK, &*without_whitespace(body)), "{self}");
    }

    /// Asserts the status, and for 401, 403 and 404 the body (docs/contracts/kantata.md#errors).
    #[track_caller]
    pub fn has(&self, status: u16) {
        match status {
            401 => self.is_error(401, &json!([{"type": "oauth", "message": "Invalid OAuth 2 Request"}])),
            403 => self.is_system_error(403, "You are not authorized to perform this action"),
            404 => self.is_system_error(404, "Record not found"),
            _ => assert_eq!(self.status.as_u16(), status, "{self}"),
        }
    }

    /// Asserts the answer to a path or a method that is not served.
    #[track_caller]
    pub fn is_page_not_found(&self) {
        self.is_system_error(404, "Page not found");
    }

    /// Asserts that the request could not be read.
    #[track_caller]
    pub fn is_bad_request(&self, message: &str) {
        self.is_system_error(400, message);
    }

    /// Asserts broken rules, as pairs of field and message in this order.
    #[track_caller]
    pub fn has_validation_errors(&self, rules: &[(&str, &str)]) {
        let entry = |(field, message): &(&str, &str)| json!({ "type": "validation", "message": message, "field": field });
        self.is_error(422, &rules.iter().map(entry).collect());
    }

    /// The members at the top, in their order.
    #[track_caller]
    pub fn members(&self) -> Vec<String> {
        let members: Members =
            serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self}"));
        members.0
    }

    /// Of `meta`: `count`, `page_count`, `page_number` and `page_size`.
    #[track_caller]
    pub fn meta(&self) -> (i64, i64, i64, i64) {
        assert_eq!(self.status, StatusCode::OK, "{self}");
        let body = self.json();
        let number = |name: &str| body["meta"][name].as_i64().expect("a number");
        assert_eq!(body["count"], body["meta"]["count"], "the two counts: {self}");
        (number("count"), number("page_count"), number("page_number"), number("page_size"))
    }

    /// Asserts an error without a field.
    #[track_caller]
    pub fn is_system_error(&self, status: u16, message: &str) {
        self.is_error(status, &json!([{ "type": "system", "message": message }]));
    }

    /// Asserts a single broken rule.
    #[track_caller]
    pub fn is_invalid(&self, field: &str, message: &str) {
        self.is_error(422, &json!([{ "type": "validation", "message": message, "field": field }]));
    }
}

/// A JSON text without the blanks between its tokens.
fn without_whitespace(text: &str) -> String {
    let (mut is_text, mut is_escaped) = (false, false);
    let keep = |&letter: &char| {
        let was_text = is_text;
        if letter == '"' && !is_escaped {
            is_text = !is_text;
        }
        is_escaped = is_text && letter == '\\' && !is_escaped;
        was_text || !letter.is_whitespace()
    };
    text.chars().filter(keep).collect()
}
