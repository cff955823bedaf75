//! The presentation of records, which lists, single reads and writes of a resource share.

use db::Conn;
use domain::auth::Caller;
use domain::error::Result;
use service::body_buffer::BodyBuffer;
use service::tag::Validator;

use super::reply::Tagged;

/// The presentation of a resource's records, as the parameters of a request choose it.
pub trait View: Sync {
    /// A record of the resource.
    type Record: Sync;

    /// The envelope of a page, where `count` is the number of records on all pages.
    ///
    /// # Errors
    /// Those of the store and of includes that are too large.
    fn present(
        &self,
        conn: &mut Conn,
        caller: &Caller,
        page: &[Self::Record],
        count: i64,
    ) -> impl Future<Output = Result<BodyBuffer>> + Send;

    /// The state of a record for its entity tag; `None` if the record never changes, or the caller sees only part of it.
    fn state(record: &Self::Record) -> Option<Validator>;

    /// The envelope of the records that a request read or wrote, with an entity tag if there is exactly one.
    ///
    /// # Errors
    /// Those of [`View::present`].
    fn show(
        &self,
        conn: &mut Conn,
        caller: &Caller,
        records: &[Self::Record],
    ) -> impl Future<Output = Result<Tagged>> + Send {
        async move {
            let count = i64::try_from(records.len()).unwrap_or(i64::MAX);
            let body = self.present(conn, caller, records, count).await?;
            Ok(match records {
                [record] => Tagged::one(body, Self::state(record).as_ref()),
                _ => Tagged::several(body),
            })
        }
    }
}
