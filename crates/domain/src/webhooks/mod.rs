//! Webhooks: endpoints of an account to which its events are delivered. The native surface keeps endpoints; the delivery
//! engine of `statuary` reads the queue in [`store::queue`].

pub mod address;
pub mod archive;
pub mod delivery;
pub mod signature;
pub mod store;

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use crate::error::{Problem, Violation};
use crate::ids::{AccountId, WorkspaceId};
use crate::named::named;
use base::clock::Time;

/// The maximum length of a URL and of a description, in characters.
pub const TEXT_LIMIT: usize = 2_000;
/// The maximum number of types and of workspaces of an endpoint.
pub const MOST_OF_FILTER: usize = 200;
/// The maximum number of endpoints of an account.
pub const MOST: i64 = 10_000;

/// The problem of a URL that no delivery can be sent to.
pub const NOT_A_URL: Problem = Problem::Sentence(
    "is not an absolute URL with `http` or `https`, without a user, a password and a fragment",
);
/// The problem of a URL that leads to this machine or to a private network.
pub const PRIVATE_ADDRESS: Problem = Problem::Sentence(
    "private-address: leads to this machine or to a private network, which the operator of the server has to allow",
);
/// The problem of one endpoint too many.
pub const TOO_MANY: Problem = Problem::Sentence("An account has at most 10000 webhook endpoints");
/// The problem of an empty filter.
pub const EMPTY: Problem = Problem::Sentence("has 1 to 200 items; null stands for all");
/// The problem of a type that is not known.
pub const UNKNOWN_TYPE: Problem =
    Problem::Sentence("has an unknown type; types are SUBJECT.KIND, where * stands for all");
/// The problem of an endpoint that came with an archive.
pub const NO_SECRET: Problem =
    Problem::Sentence("An endpoint of an archive has no secret: rotate its secret first");
/// The problem of a delivery to a disabled endpoint.
pub const DISABLED: Problem = Problem::Sentence("The endpoint is disabled");
/// The problem of a replay of too many events.
pub const LONG_REPLAY: Problem = Problem::Sentence("A replay has at most 10000 events");

/// An endpoint. Its secrets are in the store alone, so that neither the log nor an archive has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookEndpoint {
    /// Unique in the store.
    pub id: i64,
    /// The account that it belongs to.
    pub account_id: AccountId,
    /// Where deliveries go.
    pub url: String,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// The types of events, in which `*` may be a part; none for all.
    #[serde(default)]
    pub types: Option<Vec<String>>,
    /// The workspaces whose events are delivered; none for all events.
    #[serde(default)]
    pub workspace_ids: Option<Vec<WorkspaceId>>,
    /// The form of the bodies.
    #[serde(default)]
    pub format: Format,
    /// Whether events are delivered.
    pub enabled: bool,
    /// Why the service disabled it; none if it is enabled, or a person disabled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_reason: Option<DisabledReason>,
    /// When it was created.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

/// The form of the bodies of deliveries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "WebhookFormat")]
pub enum Format {
    /// Standard Webhooks 1.0.
    #[default]
    Standard,
    /// `CloudEvents` 1.0, structured.
    #[serde(rename = "cloudevents")]
    CloudEvents,
    /// A message of Slack.
    Slack,
    /// A message of Mattermost.
    Mattermost,
    /// A message of Microsoft Teams with an Adaptive Card.
    Teams,
    /// A message of Google Chat.
    GoogleChat,
    /// A message of Discord.
    Discord,
}

impl Format {
    /// Whether the messages are for people. The URL of such an endpoint is a credential: what knows it may write in the chat.
    pub const fn is_chat(self) -> bool {
        !matches!(self, Self::Standard | Self::CloudEvents)
    }
}

named!(Format {
    Standard = "standard",
    CloudEvents = "cloudevents",
    Slack = "slack",
    Mattermost = "mattermost",
    Teams = "teams",
    GoogleChat = "google_chat",
    Discord = "discord",
});

/// Why the service disabled an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "WebhookDisabledReason")]
pub enum DisabledReason {
    /// The receiver answered 410.
    Gone,
    /// Every attempt failed for five days.
    Failing,
}

named!(DisabledReason { Gone = "gone", Failing = "failing" });

/// An endpoint in a request: an absent attribute keeps its value.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Required for a new one.
    pub url: Option<String>,
    /// What it is for.
    pub description: Option<Option<String>>,
    /// The types; `Some(None)` for all.
    pub types: Option<Option<Vec<String>>>,
    /// The workspaces; `Some(None)` for all events.
    pub workspace_ids: Option<Option<Vec<WorkspaceId>>>,
    /// The name of the format.
    pub format: Option<String>,
    /// Whether events are delivered.
    pub enabled: Option<bool>,
}

impl Draft {
    /// The violations, in the order of the fields. Whether types and workspaces exist is checked by the store.
    pub fn violations(&self, is_new: bool) -> Vec<Violation> {
        let mut violations = Vec::new();
        let mut add = |field, problem: Option<Problem>| {
            violations.extend(problem.map(|problem| Violation::new(field, problem)));
        };
        add(
            "url",
            match &self.url {
                None => is_new.then_some(Problem::Blank),
                Some(url) if url.chars().count() > TEXT_LIMIT => Some(Problem::TooLong(TEXT_LIMIT)),
                // What an endpoint of a chat shows is no URL; it stands for the one that is kept.
                Some(url) if !is_new && url.ends_with("/…") => None,
                Some(url) => target(url).is_none().then_some(NOT_A_URL),
            },
        );
        let description = self.description.iter().flatten().next();
        let is_long = description.is_some_and(|text| text.chars().count() > TEXT_LIMIT);
        add("description", is_long.then_some(Problem::TooLong(TEXT_LIMIT)));
        let is_count = |count: usize| (1..=MOST_OF_FILTER).contains(&count);
        let types = self.types.iter().flatten().next();
        add("types", types.is_some_and(|types| !is_count(types.len())).then_some(EMPTY));
        let workspaces = self.workspace_ids.iter().flatten().next();
        add("workspace_ids", workspaces.is_some_and(|ids| !is_count(ids.len())).then_some(EMPTY));
        let format = self.format.as_deref();
        let is_unknown = format.is_some_and(|name| Format::named(name).is_none());
        add("format", is_unknown.then_some(Problem::NotIncluded));
        violations
    }

    /// The endpoint after this change, whose violations were checked.
    fn apply(&self, before: &WebhookEndpoint) -> WebhookEndpoint {
        let mut after = before.clone();
        // A client that sends back what it was shown keeps the URL.
        if let Some(url) = self.url.as_ref().filter(|url| **url != before.shown_url()) {
            after.url.clone_from(url);
        }
        if let Some(description) = &self.description {
            after.description = description.clone().filter(|text| !text.trim().is_empty());
        }
        if let Some(types) = &self.types {
            after.types.clone_from(types);
        }
        if let Some(ids) = &self.workspace_ids {
            after.workspace_ids.clone_from(ids);
        }
        if let Some(format) = self.format.as_deref().and_then(Format::named) {
            after.format = format;
        }
        if let Some(enabled) = self.enabled {
            after.enabled = enabled;
            after.disabled_reason = None;
        }
        after
    }
}

impl WebhookEndpoint {
    /// The URL as answers, events and pages show it: of a chat no more than its host.
    pub fn shown_url(&self) -> Cow<'_, str> {
        if self.format.is_chat() { masked(&self.url).into() } else { Cow::Borrowed(&self.url) }
    }

    /// Whether an event of this type and workspace is delivered.
    pub fn takes(&self, type_name: &str, workspace_id: Option<WorkspaceId>) -> bool {
        let is_type = |pattern: &String| {
            let same = |part: &str, own: &str| part == "*" || part == own;
            let parts = pattern.split_once('.').zip(type_name.split_once('.'));
            parts.is_some_and(|(one, other)| same(one.0, other.0) && same(one.1, other.1))
        };
        let is_workspace = |ids: &Vec<WorkspaceId>| workspace_id.is_some_and(|id| ids.contains(&id));
        self.types.as_ref().is_none_or(|types| types.iter().any(is_type))
            && self.workspace_ids.as_ref().is_none_or(is_workspace)
    }
}

/// A URL up to its host, and an ellipsis in place of the rest.
fn masked(url: &str) -> String {
    let host = target(url).map(|url| url[..url::Position::AfterPort].to_owned());
    format!("{}/…", host.unwrap_or_default())
}

/// Hides what a logged endpoint of a chat has in its URL beyond the host.
pub(crate) fn mask(members: &mut Map<String, Value>) {
    let format = members.get("format").and_then(Value::as_str).and_then(Format::named);
    if let Some(Value::String(url)) = members.get_mut("url")
        && format.is_some_and(Format::is_chat)
    {
        *url = masked(url);
    }
}

/// The URL of an endpoint; `None` if no delivery can be sent to it.
pub fn target(text: &str) -> Option<Url> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    let scheme = text.split_once("://")?.0;
    let url = Url::parse(text).ok().filter(|url| is_plain && url.scheme().eq_ignore_ascii_case(scheme))?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.host().is_some();
    let is_bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    (is_web && is_bare && !text.contains('\\')).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_an_absolute_web_url() {
        for good in
            ["https://example.com/a?b=c", "http://[::1]:8080/", "HTTPS://EXAMPLE.com", "http://127.0.0.1"]
        {
            assert!(target(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "example.com",
            "ftp://example.com/",
            "https:example.com",
            "https://u@example.com/",
            "https://u:p@a.b/",
            "https://a.b/#c",
            "https://a b/",
            "https:\\\\a.b",
            "file:///etc/passwd",
            "https://",
            "http://a\n.b/",
        ] {
            assert!(target(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn an_endpoint_takes_its_types_and_workspaces() {
        let all = WebhookEndpoint {
            id: 1,
            account_id: AccountId(1),
            url: "https://a.example/".into(),
            description: None,
            types: None,
            workspace_ids: None,
            format: Format::Standard,
            enabled: true,
            disabled_reason: None,
            created_at: Time(0),
            updated_at: Time(0),
        };
        assert!(all.takes("user.created", None));
        let chat = WebhookEndpoint {
            url: "https://hooks.example:8443/services/T0/B0/xyz?key=1".into(),
            format: Format::Slack,
            ..all.clone()
        };
        assert_eq!((&*all.shown_url(), &*chat.shown_url()), (&*all.url, "https://hooks.example:8443/…"));
        let kept = Draft { url: Some(chat.shown_url().into_owned()), ..Draft::default() };
        assert_eq!(kept.apply(&chat), chat);
        assert!(kept.violations(true).iter().any(|one| one.field == "url"));
        let types = |types: &[&str]| WebhookEndpoint {
            types: Some(types.iter().map(|one| (*one).to_owned()).collect()),
            ..all.clone()
        };
        assert!(types(&["status_report.*"]).takes("status_report.created", None));
        assert!(types(&["*.deleted", "user.created"]).takes("user.created", None));
        assert!(!types(&["*.deleted"]).takes("user.created", None));
        assert!(!types(&["status_report.*"]).takes("status.created", None));
        let of = WebhookEndpoint { workspace_ids: Some(vec![WorkspaceId(7)]), ..all.clone() };
        assert!(of.takes("user.created", Some(WorkspaceId(7))));
        assert!(!of.takes("user.created", Some(WorkspaceId(8))) && !of.takes("user.created", None));
    }

    #[test]
    fn the_names_of_formats_are_those_of_the_archive() {
        for format in Format::ALL {
            assert_eq!(serde_json::to_value(format).expect("JSON"), format.name());
        }
        for reason in DisabledReason::ALL {
            assert_eq!(serde_json::to_value(reason).expect("JSON"), reason.name());
        }
    }
}
