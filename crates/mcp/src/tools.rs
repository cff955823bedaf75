//! The tools: each is a request to Statuary's own API.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{Method, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use tower::ServiceExt;

use super::message::Fault;
use super::sender::Sender;
use super::untrusted;
use domain::events::Source;
use service::outage::StoreUnavailable;
use service::surface::NATIVE;

/// The number of records in a result, if the agent does not say.
const USUAL: i64 = 20;
/// The maximum number of records in a result.
const MOST: i64 = 50;
/// The longest result, in bytes.
const LONGEST: usize = 400 * 1024;

/// A tool.
struct Tool {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    /// The path of the request; `{NAME}` stands for an argument.
    path: &'static str,
    /// Whether the other arguments are the body of a POST instead of parameters of a GET.
    writes: bool,
    arguments: &'static [Argument],
}

/// An argument of a tool.
struct Argument {
    name: &'static str,
    about: &'static str,
    form: Form,
    is_required: bool,
}

#[derive(Clone, Copy)]
enum Form {
    Text,
    Id,
    Flag,
    /// A day or an instant.
    Moment,
    Limit,
    Weeks,
}

const fn optional(name: &'static str, form: Form, about: &'static str) -> Argument {
    Argument { name, about, form, is_required: false }
}

const fn required(name: &'static str, form: Form, about: &'static str) -> Argument {
    Argument { name, about, form, is_required: true }
}

const LIMIT: Argument = optional("limit", Form::Limit, "The number of records in the result.");
const CURSOR: Argument = optional("cursor", Form::Text, "The `next_cursor` of the result before.");
const SEARCH: Argument = optional("search", Form::Text, "A part of the title, ignoring case.");
const WORKSPACE: Argument = required("workspace_id", Form::Id, "The id of the workspace.");

const TOOLS: [Tool; 11] = [
    Tool {
        name: "find_workspaces",
        title: "Find workspaces",
        description: "Finds workspaces (projects) by their titles, with status, lead and the health of the last report.",
        path: "/workspaces",
        writes: false,
        arguments: &[
            SEARCH,
            optional("include_archived", Form::Flag, "Include archived workspaces."),
            LIMIT,
            CURSOR,
        ],
    },
    Tool {
        name: "show_portfolio",
        title: "Show the portfolio",
        description: "Shows the health of all workspaces by week, with the last report of each.",
        path: "/portfolio",
        writes: false,
        arguments: &[
            optional("weeks", Form::Weeks, "The number of weeks."),
            SEARCH,
            optional("include_archived", Form::Flag, "Include archived workspaces."),
            LIMIT,
            CURSOR,
        ],
    },
    Tool {
        name: "what_changed",
        title: "What changed",
        description: "Shows which workspaces got worse or better, went silent, moved to another status, or were created or \
            archived, between two moments.",
        path: "/changes",
        writes: false,
        arguments: &[
            required("from", Form::Moment, "The beginning: a day, or an instant of RFC 3339."),
            optional("to", Form::Moment, "The end; now without it."),
            SEARCH,
            LIMIT,
            CURSOR,
        ],
    },
    Tool {
        name: "list_reports",
        title: "List status reports",
        description: "Lists status reports with their texts and categories, the latest first.",
        path: "/status_reports",
        writes: false,
        arguments: &[
            optional("workspace_id", Form::Id, "Only reports about this workspace."),
            optional("color", Form::Text, "Only these: green, yellow, red, with commas between."),
            optional("from", Form::Moment, "Written at this moment or later."),
            optional("to", Form::Moment, "Written at this moment or earlier."),
            optional("search", Form::Text, "Words in the texts."),
            LIMIT,
            CURSOR,
        ],
    },
    Tool {
        name: "read_report",
        title: "Read a status report",
        description: "Shows one status report.",
        path: "/status_reports/{report_id}",
        writes: false,
        arguments: &[required("report_id", Form::Id, "The id of the report.")],
    },
    Tool {
        name: "who_owes_a_report",
        title: "Who owes a report",
        description: "Shows which workspaces have a report due or overdue, and who owes it.",
        path: "/reporting_desk",
        writes: false,
        arguments: &[
            optional(
                "state",
                Form::Text,
                "Only these: overdue, due, up_to_date, paused, exempt, with commas between.",
            ),
            optional("me", Form::Flag, "Only what the person owes who gave the token."),
        ],
    },
    Tool {
        name: "time_in_status",
        title: "Time in status",
        description: "Shows how long workspaces stayed in each status, and which have been in theirs for longest.",
        path: "/time_in_status",
        writes: false,
        arguments: &[
            optional("from", Form::Moment, "The beginning of the span."),
            optional("to", Form::Moment, "The end of the span."),
            SEARCH,
        ],
    },
    Tool {
        name: "list_milestones",
        title: "List milestones",
        description: "Lists the milestones of a workspace, by due date.",
        path: "/workspaces/{workspace_id}/milestones",
        writes: false,
        arguments: &[WORKSPACE],
    },
    Tool {
        name: "list_notes",
        title: "List decisions and actions",
        description: "Lists the decisions and actions of a workspace, the latest first.",
        path: "/workspaces/{workspace_id}/notes",
        writes: false,
        arguments: &[WORKSPACE, LIMIT, CURSOR],
    },
    Tool {
        name: "list_drafts",
        title: "List drafts",
        description: "Lists the open drafts of reports that wait for a person.",
        path: "/report_drafts",
        writes: false,
        arguments: &[
            optional("workspace_id", Form::Id, "Only drafts about this workspace."),
            optional("state", Form::Text, "open, published or discarded."),
            LIMIT,
            CURSOR,
        ],
    },
    Tool {
        name: "draft_report",
        title: "Draft a status report",
        description: "Leaves a draft of a status report on the desk. A person edits it, and publishes or discards it; nothing is \
            published by this. Each sentence names the records or addresses on which it rests.",
        path: "/workspaces/{workspace_id}/report_drafts",
        writes: true,
        arguments: &[WORKSPACE],
    },
];

/// The tools, and the API that does their work.
#[derive(Clone)]
pub struct Toolbox {
    api: Router,
    list: Arc<Vec<Value>>,
}

/// The result of a tool.
pub struct Done {
    /// One JSON object.
    pub text: String,
    /// Whether the tool failed.
    pub is_error: bool,
    /// Why the store was unavailable, if it was.
    pub unavailable: Option<StoreUnavailable>,
}

impl Toolbox {
    /// The tools over an API; `draft` is the schema of the body of a new draft.
    pub fn new(api: Router, draft: &Value) -> Self {
        let list = TOOLS.iter().map(|tool| tool.described(draft)).collect();
        Self { api, list: Arc::new(list) }
    }

    /// The descriptions of all tools.
    pub fn list(&self) -> &[Value] {
        &self.list
    }

    /// Calls a tool.
    ///
    /// # Errors
    /// A [`Fault`] if there is no such tool; what the API refuses is a result.
    pub async fn call(
        &self,
        name: &str,
        arguments: Map<String, Value>,
        sender: &Sender,
    ) -> Result<Done, Fault> {
        let shown: String = name.chars().take(100).collect();
        let tool = TOOLS.iter().find(|tool| tool.name == name);
        let tool = tool.ok_or_else(|| Fault::invalid_params(&format!("Unknown tool: {shown}")))?;
        match tool.request(arguments, sender) {
            Ok(request) => Ok(self.ask(request).await),
            Err(problem) => Ok(Done::failed(&json!({ "title": "Invalid argument", "detail": problem }))),
        }
    }

    async fn ask(&self, request: Request) -> Done {
        let response = match self.api.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (mut parts, body) = response.into_parts();
        let Ok(bytes) = to_bytes(body, LONGEST).await else {
            let detail = "The result is too long. Ask for less: with limit, search or a shorter span.";
            return Done::failed(&json!({ "title": "Too long", "detail": detail }));
        };
        let value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if parts.status.is_success() {
            return Done { text: untrusted::marked(&value), is_error: false, unavailable: None };
        }
        Done { unavailable: parts.extensions.remove(), ..Done::failed(&value) }
    }
}

impl Done {
    fn failed(problem: &Value) -> Self {
        let text = untrusted::escaped(&json!({ "error": problem }).to_string());
        Self { text, is_error: true, unavailable: None }
    }
}

impl Form {
    fn schema(self, about: &str) -> Value {
        let mut schema = match self {
            Self::Text | Self::Moment => json!({ "type": "string", "maxLength": 1000 }),
            Self::Id => json!({ "type": "integer", "minimum": 1 }),
            Self::Flag => json!({ "type": "boolean", "default": false }),
            Self::Limit => json!({ "type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL }),
            Self::Weeks => json!({ "type": "integer", "minimum": 1, "maximum": 12, "default": 4 }),
        };
        schema["description"] = about.into();
        schema
    }

    /// The value as a part of a path or a query.
    fn text(self, value: &Value) -> Option<String> {
        let within = |most: i64| value.as_i64().filter(|number| (1..=most).contains(number));
        match self {
            Self::Text | Self::Moment => value.as_str().filter(|text| text.len() <= 4000).map(str::to_owned),
            Self::Flag => value.as_bool().map(|flag| flag.to_string()),
            Self::Id => within(i64::MAX).map(|number| number.to_string()),
            Self::Limit => within(MOST).map(|number| number.to_string()),
            Self::Weeks => within(12).map(|number| number.to_string()),
        }
    }

    /// The value of an argument that the agent leaves out.
    const fn usual(self) -> Option<i64> {
        match self {
            Self::Limit => Some(USUAL),
            Self::Weeks => Some(4),
            _ => None,
        }
    }
}

impl Tool {
    fn described(&self, draft: &Value) -> Value {
        let mut properties = Map::new();
        let mut required: Vec<Value> = Vec::new();
        for argument in self.arguments {
            properties.insert(argument.name.into(), argument.form.schema(argument.about));
            if argument.is_required {
                required.push(argument.name.into());
            }
        }
        if self.writes {
            properties.extend(draft["properties"].as_object().cloned().unwrap_or_default());
            required.extend(draft["required"].as_array().cloned().unwrap_or_default());
        }
        json!({
            "name": self.name, "title": self.title, "description": self.description,
            "inputSchema": {
                "type": "object", "properties": properties, "required": required, "additionalProperties": false,
            },
            "annotations": {
                "title": self.title, "readOnlyHint": !self.writes, "destructiveHint": false, "idempotentHint": !self.writes,
                "openWorldHint": false,
            },
        })
    }

    /// The request to the API.
    fn request(&self, mut arguments: Map<String, Value>, sender: &Sender) -> Result<Request, String> {
        let (mut path, mut query) = (format!("{NATIVE}{}", self.path), Vec::new());
        for Argument { name, form, is_required, .. } in self.arguments {
            let given = arguments.remove(*name).filter(|value| !value.is_null());
            let given = given.or_else(|| form.usual().map(Value::from));
            let Some(value) = given else {
                if *is_required {
                    return Err(format!("{name} is missing"));
                }
                continue;
            };
            let text = form.text(&value).ok_or_else(|| format!("{name} has the wrong form"))?;
            let text = utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string();
            let place = format!("{{{name}}}");
            if path.contains(&place) {
                path = path.replace(&place, &text);
            } else {
                query.push(format!("{name}={text}"));
            }
        }
        if !self.writes
            && let Some(name) = arguments.keys().next()
        {
            let known: Vec<_> = self.arguments.iter().map(|argument| argument.name).collect();
            let shown: String = name.chars().take(100).collect();
            return Err(format!("{shown} is not known; known: {}", known.join(", ")));
        }
        let uri = if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) };
        let (method, body) = if self.writes {
            (Method::POST, Body::from(Value::Object(arguments).to_string()))
        } else {
            (Method::GET, Body::empty())
        };
        let request =
            Request::builder().method(method).uri(uri).header(header::CONTENT_TYPE, "application/json");
        let mut request = request.body(body).map_err(|_| "an argument is too long".to_owned())?;
        request
            .headers_mut()
            .extend(sender.authorization.clone().map(|value| (header::AUTHORIZATION, value)));
        request.extensions_mut().insert(Source::Mcp);
        if let Some(id) = &sender.id {
            request.extensions_mut().insert(id.clone());
        }
        Ok(request)
    }
}
