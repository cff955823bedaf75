//! The surfaces of the service, and the one table of which paths belong to which. The layers in `front`, the
//! router, the metrics and the access log use it.

/// The Kantata API.
pub const KANTATA: &str = "/api/v1";
/// The OpenProject API.
pub const OPENPROJECT: &str = "/api/v3";
/// Statuary's own API.
pub const NATIVE: &str = "/api/statuary/v1";
/// SCIM, with which directories provision people and groups.
pub const SCIM: &str = "/scim/v2";
/// The surface for agents.
pub const MCP: &str = "/mcp";
/// The events of an account, in Statuary's own API.
pub const EVENTS: &str = "/api/statuary/v1/events";

/// A group of paths whose answers have the same form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// The Kantata API.
    Kantata,
    /// The OpenProject API.
    OpenProject,
    /// Statuary's own API, the endpoint for agents, and the paths below `/api` that no API serves.
    Native,
    /// Endpoints of OAuth and `OpenID` Connect for applications.
    OAuth,
    /// Metadata of OAuth and `OpenID` Connect.
    Discovery,
    /// SCIM.
    Scim,
    /// Probes and metrics.
    Operators,
    /// Files of the pages: styles, scripts, fonts.
    Assets,
    /// Pages, and each path that is not served.
    Pages,
}

/// The first row that a path is equal to or below of wins; every other path belongs to [`Surface::Pages`]. The paths of most
/// requests come first.
const PATHS: [(&str, Surface); 14] = [
    (KANTATA, Surface::Kantata),
    (OPENPROJECT, Surface::OpenProject),
    (NATIVE, Surface::Native),
    // Agents get the errors of the API that does their work.
    (MCP, Surface::Native),
    // Paths of no API: programs get an error that they can read, not a page.
    ("/api", Surface::Native),
    // The consent page.
    ("/oauth/authorize", Surface::Pages),
    ("/oauth", Surface::OAuth),
    ("/openid", Surface::OAuth),
    ("/.well-known", Surface::Discovery),
    ("/scim", Surface::Scim),
    ("/healthz", Surface::Operators),
    ("/readyz", Surface::Operators),
    ("/metrics", Surface::Operators),
    ("/assets", Surface::Assets),
];

impl Surface {
    /// Every surface, in the order of their numbers.
    pub const ALL: [Self; 9] = [
        Self::Kantata,
        Self::OpenProject,
        Self::Native,
        Self::OAuth,
        Self::Discovery,
        Self::Scim,
        Self::Operators,
        Self::Assets,
        Self::Pages,
    ];

    /// The surface of a path in its normal form ([`crate::path`]).
    pub fn of(path: &str) -> Self {
        PATHS
            .iter()
            .find(|(start, _)| is_at_or_below(path, start))
            .map_or(Self::Pages, |(_, surface)| *surface)
    }

    /// Whether its clients are programs that present a token.
    pub const fn is_api(self) -> bool {
        matches!(self, Self::Kantata | Self::OpenProject | Self::Native | Self::Scim)
    }
}

fn is_at_or_below(path: &str, start: &str) -> bool {
    path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::Surface;

    #[test]
    fn a_path_belongs_to_one_surface() {
        for (path, surface) in [
            ("/api/v1", Surface::Kantata),
            ("/api/v1/users/7", Surface::Kantata),
            ("/api/v10", Surface::Native),
            ("/api/v3/statuses", Surface::OpenProject),
            ("/api/statuary/v1/me", Surface::Native),
            ("/api/other", Surface::Native),
            ("/apis", Surface::Pages),
            ("/oauth/token", Surface::OAuth),
            ("/oauth/authorize", Surface::Pages),
            ("/.well-known/openid-configuration", Surface::Discovery),
            ("/scim/v2/Users", Surface::Scim),
            ("/readyz", Surface::Operators),
            ("/assets/page.css", Surface::Assets),
            ("/", Surface::Pages),
        ] {
            assert_eq!(Surface::of(path), surface, "{path}");
        }
    }
}
