//! Lists that are bound as one parameter.

use std::ops::Deref;

use serde::Serialize;

use crate::{Bind, Value};

/// A list of ids or texts, which is bound as one JSON text and read with `json_each`:
/// `conn.all(&bind![WITH_IDS; ids: &List::from([1, 2])], read)`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T> {
    items: Vec<T>,
    json: String,
}

impl<T: Serialize> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        let json = serde_json::to_string(&items).expect("ids and texts are JSON");
        Self { items, json }
    }
}

impl<T: Serialize, const N: usize> From<[T; N]> for List<T> {
    fn from(items: [T; N]) -> Self {
        Vec::from(items).into()
    }
}

impl<T: Serialize> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Vec::from_iter(items).into()
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T> Bind for List<T> {
    fn value(&self) -> Value<'_> {
        Value::from(self.json.as_str())
    }
}
