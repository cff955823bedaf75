//! Handlers without their types. axum's routing is compiled anew for each type of handler, which was a sixth of the code of the
//! pages; for an [`Endpoint`], it is compiled once.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;

use crate::app::App;

/// A handler of requests, whatever its arguments are. [`endpoint`] makes it.
#[derive(Clone)]
pub struct Endpoint(Arc<dyn Fn(Request, App) -> BoxFuture<'static, Response> + Send + Sync>);

impl Handler<(), App> for Endpoint {
    type Future = BoxFuture<'static, Response>;

    fn call(self, request: Request, app: App) -> Self::Future {
        (self.0)(request, app)
    }
}

/// An async function whose arguments are extracted from a request; `A` is their tuple.
pub trait Answers<A>: Clone + Send + Sync + 'static {
    /// Runs the function.
    fn answer(&self, arguments: A) -> impl Future<Output = Response> + Send + 'static;
}

/// Makes an endpoint of a function. If an argument cannot be extracted, its rejection is the response.
pub fn endpoint<H, A, M>(handler: H) -> Endpoint
where
    H: Answers<A>,
    A: FromRequest<App, M> + Send + 'static,
{
    Endpoint(Arc::new(move |request, app| {
        let handler = handler.clone();
        Box::pin(async move {
            match A::from_request(request, &app).await.map_err(IntoResponse::into_response) {
                Ok(arguments) => handler.answer(arguments).await,
                Err(rejection) => rejection,
            }
        })
    }))
}

macro_rules! answers {
    ($($argument:ident),+) => {
        impl<F, Answer, Reply, $($argument),+> Answers<($($argument,)+)> for F
        where
            F: Fn($($argument),+) -> Answer + Clone + Send + Sync + 'static,
            Answer: Future<Output = Reply> + Send + 'static,
            Reply: IntoResponse,
        {
            #[expect(non_snake_case, reason = "a type and its value have one name")]
            fn answer(&self, ($($argument,)+): ($($argument,)+)) -> impl Future<Output = Response> + Send + 'static {
                let answer = self($($argument),+);
                async move { answer.await.into_response() }
            }
        }
    };
}

answers!(A);
answers!(A, B);
answers!(A, B, C);
answers!(A, B, C, D);
answers!(A, B, C, D, E);
answers!(A, B, C, D, E, G);
answers!(A, B, C, D, E, G, H);
