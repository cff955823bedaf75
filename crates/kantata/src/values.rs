//! Values on the wire (docs/contracts/kantata.md#values): ids are strings, times have whole seconds.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use base::clock::Time;

/// An id on the wire: a string of decimal digits.
#[derive(Clone, Copy, Debug)]
pub struct Id(pub i64);

/// The ids of an association; `None` if the association is not included.
pub type Ids = Option<Vec<Id>>;

/// An instant on the wire: UTC, whole seconds.
#[derive(Clone, Copy)]
pub struct Seconds(pub Time);

/// A reference to a side-loaded record.
#[derive(Serialize, JsonSchema)]
#[expect(missing_docs, reason = "named as on the wire")]
pub struct SubjectRef {
    pub key: &'static str,
    pub id: Id,
}

impl Id {
    /// The id of a record.
    pub fn of(id: impl Into<i64>) -> Self {
        Self(id.into())
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(itoa::Buffer::new().format(self.0))
    }
}

impl JsonSchema for Id {
    fn schema_name() -> Cow<'static, str> {
        "Id".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]+$" })
    }
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.second())
    }
}

impl JsonSchema for Seconds {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time", "description": "UTC, whole seconds." })
    }
}
