//! Finding a project by the last segment of a path.

use db::Conn;
use domain::auth::Caller;
use domain::error::{Error, Result};
use domain::workspaces::{VisibleWorkspace, identifier, store};

use crate::openapi as doc;
use service::openapi::Parameter;

/// `id`
pub const ID: Parameter = Parameter::path("id", doc::id_or_identifier, "The id, or the identifier.");

/// Returns the project with an id, or with a chosen or derived identifier. Only administrators see archived projects.
///
/// # Errors
/// [`Error::NotFound`], and those of the store.
pub async fn find(conn: &mut Conn, caller: &Caller, segment: &str) -> Result<VisibleWorkspace> {
    let id = identifier::id_at_the_end(segment);
    let is_id = segment.bytes().all(|byte| byte.is_ascii_digit());
    let may_be_chosen = identifier::violations(segment).is_empty();
    let chosen = if may_be_chosen { store::find_chosen(conn, caller, segment).await? } else { None };
    let found = match (chosen, id) {
        (None, Some(id)) => store::find(conn, caller, id)
            .await?
            .filter(|visible| is_id || visible.workspace.shown_identifier() == segment),
        (chosen, _) => chosen,
    };
    found.filter(|visible| caller.administrator || !visible.workspace.archived).ok_or(Error::NotFound)
}
