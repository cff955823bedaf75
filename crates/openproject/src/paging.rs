//! Collections with pages: projects. Statuses have no pages. See `docs/contracts/openproject.md#collections`.

use schemars::JsonSchema;
use serde::Serialize;

use super::error::Error;
use super::hal::{Elements, Link};
use service::params::Params;

/// The default page size.
pub const SIZE: i64 = 20;
/// The maximum page size.
pub const LIMIT: i64 = 1000;

/// A page of a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Counted from 1.
    pub number: i64,
    /// The maximum number of its elements.
    pub size: i64,
}

impl Page {
    /// Reads `offset`, the page number, and `pageSize`, which is capped; -1 stands for the maximum.
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

    /// The number of elements before it.
    pub const fn start(self) -> i64 {
        (self.number - 1).saturating_mul(self.size)
    }

    /// The collection for a page; `query` has the other parameters of its links.
    pub fn collection<T>(
        self,
        root: &str,
        path: &str,
        query: &str,
        total: i64,
        elements: Vec<T>,
    ) -> PageObject<T> {
        PageObject {
            kind: "Collection",
            total,
            count: elements.len(),
            page_size: self.size,
            offset: self.number,
            embedded: Elements { elements },
            links: self.links(root, path, query, total),
        }
    }

    /// The links of the collection.
    pub fn links(self, root: &str, path: &str, query: &str, total: i64) -> PageLinks {
        let link = |number: &str, size: &str| {
            Link::to(root, format!("{path}?{query}offset={number}&pageSize={size}"))
        };
        let (number, size) = (self.number.to_string(), self.size.to_string());
        let has_next = self.number.saturating_mul(self.size) < total && self.size > 0;
        PageLinks {
            itself: link(&number, &size),
            jump_to: link("{offset}", &size).templated(),
            change_size: link(&number, "{size}").templated(),
            previous_by_offset: (self.number > 1).then(|| link(&(self.number - 1).to_string(), &size)),
            next_by_offset: has_next.then(|| link(&(self.number + 1).to_string(), &size)),
        }
    }
}

/// A page of a collection, with links to other pages.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}Page")]
#[serde(rename_all = "camelCase")]
pub struct PageObject<T> {
    #[serde(rename = "_type")]
    kind: &'static str,
    total: i64,
    count: usize,
    page_size: i64,
    offset: i64,
    #[serde(rename = "_embedded")]
    embedded: Elements<T>,
    #[serde(rename = "_links")]
    links: PageLinks,
}

/// The links of a collection with pages.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageLinks {
    #[serde(rename = "self")]
    itself: Link,
    jump_to: Link,
    change_size: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_by_offset: Option<Link>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_by_offset: Option<Link>,
}
