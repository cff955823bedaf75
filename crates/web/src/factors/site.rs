//! The site to which passkeys belong.

use axum::http::HeaderMap;
use url::{Host, Url};

use domain::factors::webauthn::Site;
use service::app::App;
use service::origin::base_url;

/// The origin of the pages, and its domain.
pub struct OwnSite {
    /// As browsers send it.
    pub origin: String,
    /// The domain.
    pub domain: String,
}

impl OwnSite {
    /// The site of a request; none at an IP address, or unencrypted elsewhere than on this machine: browsers have no passkeys there.
    pub fn of(app: &App, headers: &HeaderMap) -> Option<Self> {
        let url = Url::parse(&base_url(&app.settings, headers)).ok()?;
        let Some(Host::Domain(domain)) = url.host() else { return None };
        let is_secure = url.scheme() == "https" || domain == "localhost";
        is_secure.then(|| Self { origin: url.origin().ascii_serialization(), domain: domain.to_owned() })
    }

    /// The site with a question.
    pub fn asking<'s>(&'s self, challenge: &'s [u8]) -> Site<'s> {
        Site { origin: &self.origin, domain: &self.domain, challenge }
    }
}
