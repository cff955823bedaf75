//! Paginated collections: projects (contract, section a.4). Statuses are never paginated.

use serde_json::{Value, json};

use super::error::Error;
use super::hal::Link;
use crate::http::params::Params;

/// The size of a page that nobody asked another of.
pub const SIZE: i64 = 20;
/// The largest page.
pub const LIMIT: i64 = 1000;

/// A page of a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Counted from 1.
    pub number: i64,
    /// How many elements it holds at the most.
    pub size: i64,
}

impl Page {
    /// `offset` is the number of the page; `pageSize` is capped, and -1 asks for the largest.
    ///
    /// # Errors
    /// [`Error::BadParameter`]
    pub fn read(query: &Params) -> Result<Self, Error> {
        let number = |name: &str, least: i64, default: i64| match query.filled(name) {
            None => Ok(default),
            Some(text) => match text.trim().parse::<i64>() {
                Ok(number) if number >= least => Ok(number),
                _ => Err(Error::BadParameter(format!("{name} is invalid"))),
            },
        };
        let size = match number("pageSize", -1, SIZE)? {
            -1 => LIMIT,
            size => size.min(LIMIT),
        };
        Ok(Self { number: number("offset", 1, 1)?, size })
    }

    /// How many elements come before it.
    pub const fn start(self) -> i64 {
        (self.number - 1).saturating_mul(self.size)
    }

    /// The collection of a page, whose address has the other parameters in `query`.
    pub fn collection(self, path: &str, query: &str, total: i64, elements: &[Value]) -> Value {
        let link =
            |number: &str, size: &str| Link::to(format!("{path}?{query}offset={number}&pageSize={size}"));
        let (number, size) = (self.number.to_string(), self.size.to_string());
        let mut links = json!({
            "self": link(&number, &size),
            "jumpTo": link("{offset}", &size).templated(),
            "changeSize": link(&number, "{size}").templated(),
        });
        if self.number > 1 {
            links["previousByOffset"] = json!(link(&(self.number - 1).to_string(), &size));
        }
        if self.number.saturating_mul(self.size) < total && self.size > 0 {
            links["nextByOffset"] = json!(link(&(self.number + 1).to_string(), &size));
        }
        json!({
            "_type": "Collection",
            "total": total,
            "count": elements.len(),
            "pageSize": self.size,
            "offset": self.number,
            "_embedded": { "elements": elements },
            "_links": links,
        })
    }
}
