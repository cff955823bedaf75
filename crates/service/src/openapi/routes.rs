//! Routes with their OpenAPI descriptions: neither exists without the other. The surfaces build them.

use axum::Router;
use axum::extract::FromRequest;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter};

use super::operation::Operation;
use crate::app::App;
use crate::endpoint::{Answers, Endpoint, endpoint};

/// The routes of a surface, below its prefix.
pub struct Routes {
    start: fn() -> MethodRouter<App>,
    paths: Vec<(&'static str, MethodRouter<App>)>,
    /// The operations, in the order of the routes.
    pub(super) operations: Vec<(Method, &'static str, &'static Operation)>,
}

impl Routes {
    /// No routes; each path begins with the handlers of `start`.
    pub fn new(start: fn() -> MethodRouter<App>) -> Self {
        Self { start, paths: Vec::new(), operations: Vec::new() }
    }

    /// `GET`, and `HEAD` with it
    pub fn get<H, A, M>(self, path: &'static str, handler: H, operation: &'static Operation) -> Self
    where
        H: Answers<A>,
        A: FromRequest<App, M> + Send + 'static,
    {
        self.on(MethodFilter::GET, path, endpoint(handler), &[(Method::GET, operation)])
    }

    /// `POST`
    pub fn post<H, A, M>(self, path: &'static str, handler: H, operation: &'static Operation) -> Self
    where
        H: Answers<A>,
        A: FromRequest<App, M> + Send + 'static,
    {
        self.on(MethodFilter::POST, path, endpoint(handler), &[(Method::POST, operation)])
    }

    /// `PUT`, and `PATCH` as its alias
    pub fn put<H, A, M>(self, path: &'static str, handler: H, operation: &'static Operation) -> Self
    where
        H: Answers<A>,
        A: FromRequest<App, M> + Send + 'static,
    {
        let both = MethodFilter::PUT.or(MethodFilter::PATCH);
        self.on(both, path, endpoint(handler), &[(Method::PUT, operation), (Method::PATCH, operation)])
    }

    /// `PUT` alone
    pub fn put_alone<H, A, M>(self, path: &'static str, handler: H, operation: &'static Operation) -> Self
    where
        H: Answers<A>,
        A: FromRequest<App, M> + Send + 'static,
    {
        self.on(MethodFilter::PUT, path, endpoint(handler), &[(Method::PUT, operation)])
    }

    /// `PATCH` alone
    pub fn patch<H, A, M>(self, path: &'static str, handler: H, operation: &'static Operation) -> Self
    where
        H: Answers<A>,
        A: FromRequest<App, M> + Send + 'static,
    {
        self.on(MethodFilter::PATCH, path, endpoint(handler), &[(Method::PATCH, operation)])
    }

    /// `DELETE`
    pub fn delete<H, A, M>(self, path: &'static str, handler: H, operation: &'static Operation) -> Self
    where
        H: Answers<A>,
        A: FromRequest<App, M> + Send + 'static,
    {
        self.on(MethodFilter::DELETE, path, endpoint(handler), &[(Method::DELETE, operation)])
    }

    fn on(
        mut self,
        methods: MethodFilter,
        path: &'static str,
        handler: Endpoint,
        operations: &[(Method, &'static Operation)],
    ) -> Self {
        let known = self.paths.iter().position(|(known, _)| *known == path);
        let routes = known.map_or_else(self.start, |index| self.paths.remove(index).1);
        self.paths.push((path, routes.on(methods, handler)));
        self.operations
            .extend(operations.iter().map(|(method, operation)| (method.clone(), path, *operation)));
        self
    }

    /// Each method on each path.
    pub fn listed(&self) -> impl Iterator<Item = (Method, &'static str)> {
        self.operations.iter().map(|(method, path, _)| (method.clone(), *path))
    }

    /// The routes, without their descriptions.
    pub fn router(self) -> Router<App> {
        self.paths.into_iter().fold(Router::new(), |router, (path, routes)| router.route(path, routes))
    }
}
