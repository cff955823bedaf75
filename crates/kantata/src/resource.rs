//! What the resources of this surface share: lists, single reads, and writes that answer with the written records. A
//! resource is described by [`Resource`]; its handlers read filters and drafts, and call the store.

use axum::http::StatusCode;
use axum::response::Response;

use base::clock::Time;
use db::{Conn, Work};
use domain::auth::Caller;
use domain::error::{Error, Result};
use domain::work;
use service::body_buffer::BodyBuffer;
use service::openapi::Operation;
use service::replies;
use service::response_cache::cacheable;
use service::tag::Validator;
use service::write::Write;

use super::openapi;
use super::openapi::Member;
use super::reply::{Tagged, json, tagged};
use super::{ApiResult, Envelope, Paging, Request};

/// A record of the domain that is a resource of this surface.
pub trait Resource: Sized + Send + Sync + 'static {
    /// The name of the collection, which is the member of the envelope with its objects.
    const KEY: &'static str;
    /// The members of the envelope: the objects of the resource, then those of its includes.
    const MEMBERS: &'static [Member];
    /// The supported values of `include`.
    const INCLUDES: &'static [&'static str] = &[];
    /// The supported values of `optional_fields`.
    const OPTIONAL_FIELDS: &'static [&'static str] = &[];
    /// Whether responses to reads can be cached.
    const IS_CACHEABLE: bool = false;
    /// Whether one statement reads a record, so that a read without includes needs no transaction.
    const ONE_STATEMENT: bool = false;

    /// The state of the record for its entity tag; `None` if no write depends on it, or the caller sees only part of it.
    fn state(&self) -> Option<Validator> {
        None
    }

    /// Adds the objects of a page, and the side-loads of the includes, to the envelope.
    ///
    /// # Errors
    /// Those of the store and of includes that are too large.
    fn present(page: &[Self], out: &mut Presentation<'_>) -> impl Future<Output = Result<()>> + Send;
}

/// An envelope under construction, and what its objects depend on.
pub struct Presentation<'p> {
    /// The connection for side-loads.
    pub conn: &'p mut Conn,
    /// The caller.
    pub caller: &'p Caller,
    /// The parts that the request selects.
    pub view: &'p View,
    /// The envelope.
    pub envelope: Envelope,
}

/// The parts of a response that the parameters of its request select.
pub struct View {
    /// The requested includes, in the order of the request.
    pub includes: Vec<&'static str>,
    optional_fields: Vec<&'static str>,
    /// The requested page.
    pub paging: Paging,
    /// The time of the request.
    pub now: Time,
}

impl View {
    /// Whether an include is requested.
    pub fn includes(&self, include: &str) -> bool {
        self.includes.contains(&include)
    }

    /// Whether an optional field is requested.
    pub fn has_field(&self, field: &str) -> bool {
        self.optional_fields.contains(&field)
    }

    /// The body with a page, where `count` is the number of records on all pages.
    async fn page<R: Resource>(
        &self,
        conn: &mut Conn,
        caller: &Caller,
        page: &[R],
        count: i64,
    ) -> Result<BodyBuffer> {
        let mut out = Presentation { conn, caller, view: self, envelope: Envelope::new(R::KEY) };
        R::present(page, &mut out).await?;
        Ok(out.envelope.finish(count, self.paging))
    }

    async fn find<R: Resource, F>(&self, conn: &mut Conn, caller: &Caller, id: i64, find: F) -> Result<Tagged>
    where
        F: for<'c> FnOnce(&'c mut Conn, &'c Caller, i64) -> Work<'c, R, Error> + Send,
    {
        let record = find(conn, caller, id).await?;
        self.records(conn, caller, &[record]).await
    }

    /// The body with the records that a request read or wrote, with an entity tag if there is exactly one.
    async fn records<R: Resource>(&self, conn: &mut Conn, caller: &Caller, records: &[R]) -> Result<Tagged> {
        let count = i64::try_from(records.len()).unwrap_or(i64::MAX);
        let body = self.page(conn, caller, records, count).await?;
        Ok(match records {
            [record] => Tagged::one(body, record.state().as_ref()),
            _ => Tagged::several(body),
        })
    }
}

impl Request {
    fn view<R: Resource>(&self) -> Result<View> {
        let optional_fields = R::OPTIONAL_FIELDS.iter().copied();
        Ok(View {
            includes: self.params.includes(R::INCLUDES),
            optional_fields: optional_fields.filter(|field| self.params.asks_for_field(field)).collect(),
            paging: Paging::read(&self.params)?,
            now: self.app.clock.now(),
        })
    }

    /// Answers with a page of records; `list` returns the page and the number of records on all pages.
    ///
    /// # Errors
    /// Those of the parameters, of `list` and of [`Resource::present`].
    pub async fn list<R: Resource, F>(self, list: F) -> ApiResult
    where
        F: for<'c> FnOnce(&'c mut Conn, &'c Caller, &'c View) -> Work<'c, (Vec<R>, i64), Error>
            + Send
            + 'static,
    {
        let view = self.view::<R>()?;
        let Self { app, caller, .. } = self;
        let body = app.db.read(work!(|conn| {
            let (page, count) = list(conn, &caller, &view).await?;
            view.page(conn, &caller, &page, count).await
        }));
        Ok(marked::<R>(json(StatusCode::OK, body.await?)))
    }

    /// Answers with the record whose id is in the path.
    ///
    /// # Errors
    /// Those of the parameters, of `find` and of [`Resource::present`].
    pub async fn show<R: Resource, F>(self, find: F) -> ApiResult
    where
        F: for<'c> FnOnce(&'c mut Conn, &'c Caller, i64) -> Work<'c, R, Error> + Send + 'static,
    {
        let (view, id) = (self.view::<R>()?, self.id()?);
        let Self { app, caller, .. } = self;
        let is_one_statement = R::ONE_STATEMENT && view.includes.is_empty();
        let found = if is_one_statement {
            app.db.query_one_shot(work!(|conn| view.find(conn, &caller, id, find).await)).await
        } else {
            app.db.read(work!(|conn| view.find(conn, &caller, id, find).await)).await
        };
        Ok(marked::<R>(tagged(found?)))
    }

    /// Creates records, and answers with them.
    ///
    /// # Errors
    /// Those of the parameters, of `create` and of [`Resource::present`].
    pub async fn create<R: Resource, F>(self, create: F) -> ApiResult
    where
        F: for<'c> FnOnce(&'c mut Conn, &'c Caller, &'c Write) -> Work<'c, Vec<R>, Error> + Send + 'static,
    {
        let view = self.view::<R>()?;
        self.run(view, create).await
    }

    /// Changes the record whose id is in the path, and answers with it.
    ///
    /// # Errors
    /// Those of the parameters, of `update` and of [`Resource::present`].
    pub async fn update<R: Resource, F>(self, update: F) -> ApiResult
    where
        F: for<'c> FnOnce(&'c mut Conn, &'c Caller, &'c Write, i64) -> Work<'c, R, Error> + Send + 'static,
    {
        let (view, id) = (self.view::<R>()?, self.id()?);
        self.run(view, work!(|conn, caller, write| Ok(vec![update(conn, caller, write, id).await?]))).await
    }

    /// Deletes the record whose id is in the path.
    ///
    /// # Errors
    /// Those of `delete`; [`Error::NotFound`] if the id is not a number.
    pub async fn delete<F>(self, delete: F) -> ApiResult
    where
        F: for<'c> FnOnce(&'c mut Conn, &'c Caller, &'c Write, i64) -> Work<'c, (), Error> + Send + 'static,
    {
        let (write, id) = (self.write(), self.id()?);
        let Self { app, caller, .. } = self;
        let work =
            write.run(&app, work!(|conn, write| delete(conn, &caller, write, id).await), replies::no_content);
        Ok(work.await?)
    }

    async fn run<R: Resource, F>(self, view: View, work: F) -> ApiResult
    where
        F: for<'c> FnOnce(&'c mut Conn, &'c Caller, &'c Write) -> Work<'c, Vec<R>, Error> + Send + 'static,
    {
        let write = self.write();
        let Self { app, caller, .. } = self;
        let work = write.run(
            &app,
            work!(|conn, write| {
                let records = work(conn, &caller, write).await?;
                view.records(conn, &caller, &records).await
            }),
            tagged,
        );
        Ok(work.await?)
    }
}

fn marked<R: Resource>(response: Response) -> Response {
    if R::IS_CACHEABLE { cacheable(response) } else { response }
}

/// The OpenAPI description of a list, to complete with struct update.
pub const fn list_operation<R: Resource>(id: &'static str, summary: &'static str) -> Operation {
    Operation { is_tagged: false, ..operation::<R>(id, summary) }
}

/// The OpenAPI description of another operation that answers with records, to complete with struct update.
pub const fn operation<R: Resource>(id: &'static str, summary: &'static str) -> Operation {
    Operation {
        answer: Some(|generator| openapi::envelope(generator, R::MEMBERS)),
        ..Operation::new(R::KEY, id, summary)
    }
}
