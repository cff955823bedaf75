//! A list of people and groups together (RFC 7644, section 3.4.3).

use axum::extract::State;

use super::error::Error;
use super::request::{Page, Search};
use super::{ApiResult, groups, reply, users};
use domain::work;
use service::app::App;

/// `POST /.search`: people come before groups. A filter that one of the two kinds does not have finds none of that kind.
pub async fn search(State(app): State<App>, Search(request): Search) -> ApiResult {
    let page = request.page()?;
    let work = app.db.read(work!(|conn| -> Error {
        let people = users::found(conn, &request, page).await;
        let before = people.as_ref().map_or(0, |(_, total)| *total);
        let shown = people.as_ref().map_or(0, |(found, _)| i64::try_from(found.len()).unwrap_or(page.count));
        let rest = Page { start: (page.start - before).max(1), count: page.count - shown };
        let found = match (people, groups::found(conn, &request, rest).await) {
            (Ok((mut people, total)), Ok((groups, more))) => {
                people.extend(groups);
                (people, total + more)
            }
            (Ok(found), Err(Error::Refused(..))) | (Err(Error::Refused(..)), Ok(found)) => found,
            (Err(error), _) | (_, Err(error)) => return Err(error),
        };
        Ok((request, found))
    }));
    let (request, (resources, total)) = work.await?;
    Ok(reply::list(&request, page, total, resources))
}
