//! Pages (docs/contracts/kantata.md#paging).

use serde_json::Value;

use super::params::{Params, ruby_integer};
use domain::error::Error;

const SIZE: i64 = 20;
const LIMIT: i64 = 200;

/// The part of a list that a request asks for, and the page numbers of its response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    /// The maximum number of rows.
    pub limit: i64,
    /// The number of rows to skip.
    pub offset: i64,
    /// `meta.page_size`
    pub size: i64,
    /// `meta.page_number` if there are any rows: the number in the request, unchanged.
    pub number: i64,
}

impl Paging {
    /// Reads the page from the parameters; a request by id (`only`) gets all matching records.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if `page` is a list or an object.
    pub fn read(params: &Params) -> Result<Self, Error> {
        if matches!(params.value("page"), Some(Value::Array(_) | Value::Object(_))) {
            return Err(Error::unreadable("page is not a number"));
        }
        let integer = |name| params.text(name).map(|text| ruby_integer(&text));
        let size = match integer("per_page").unwrap_or_default() {
            requested if requested < 1 => SIZE,
            requested => requested.min(LIMIT),
        };
        let number = integer("page").unwrap_or(1);
        let (limit, offset) = if params.asks_by_id() {
            (i64::MAX, 0)
        } else if let (Some(limit), Some(offset)) = (params.filled("limit"), params.filled("offset")) {
            (ruby_integer(&limit).clamp(1, LIMIT), ruby_integer(&offset).max(0))
        } else {
            (size, (number.max(1) - 1).saturating_mul(size))
        };
        Ok(Self { limit, offset, size, number })
    }

    /// `page_count` and `page_number`, where `count` is the number of rows on all pages.
    pub const fn numbers(self, count: i64) -> (i64, i64) {
        if count == 0 { (0, 0) } else { ((count - 1) / self.size + 1, self.number) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(members: Value) -> Paging {
        let Value::Object(members) = members else { panic!("not an object") };
        Paging::read(&Params::new(members).unwrap()).unwrap()
    }

    #[test]
    fn pages_follow_the_table_of_the_contract() {
        let page = |limit, offset, size, number| Paging { limit, offset, size, number };
        let cases = [
            (json!({}), page(20, 0, 20, 1)),
            (json!({"per_page": "500"}), page(200, 0, 200, 1)),
            (json!({"per_page": "0"}), page(20, 0, 20, 1)),
            (json!({"per_page": "-3"}), page(20, 0, 20, 1)),
            (json!({"per_page": "abc", "page": "3"}), page(20, 40, 20, 3)),
            (json!({"page": "0"}), page(20, 0, 20, 0)),
            (json!({"page": "-2"}), page(20, 0, 20, -2)),
            (json!({"page": "abc"}), page(20, 0, 20, 0)),
            (json!({"limit": "5", "offset": "7", "page": "3"}), page(5, 7, 20, 3)),
            (json!({"limit": "5", "offset": ""}), page(20, 0, 20, 1)),
            (json!({"offset": "5"}), page(20, 0, 20, 1)),
            (json!({"limit": "abc", "offset": "-1"}), page(1, 0, 20, 1)),
            (json!({"limit": "5000", "offset": "abc", "per_page": "7"}), page(200, 0, 7, 1)),
            (json!({"only": "1", "page": "4", "limit": "1", "offset": "1"}), page(i64::MAX, 0, 20, 4)),
            (json!({"page": "99999999999999999999"}), page(20, i64::MAX, 20, i64::MAX)),
        ];
        for (requested, expected) in cases {
            assert_eq!(read(requested.clone()), expected, "{requested}");
        }
    }

    #[test]
    fn page_number_is_the_number_in_the_request() {
        let paging = read(json!({"page": "0", "per_page": "20"}));
        assert_eq!(paging.numbers(0), (0, 0));
        assert_eq!(paging.numbers(20), (1, 0));
        assert_eq!(paging.numbers(21), (2, 0));
    }
}
