//! A browser that keeps its cookie and sends the forms of pages.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use url::form_urlencoded::Serializer;

use super::{Answer, TestApp};
use domain::events;
use domain::ids::AccountId;
use service::settings::Settings;

/// A browser for the pages of a service.
pub struct Browser<'a> {
    app: &'a TestApp,
    /// What it sends as its cookie.
    pub cookie: String,
}

/// A form of a page.
#[derive(Clone, Debug)]
pub struct PageForm {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

pub const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Pairs as a form sends them.
pub fn encoded<N: AsRef<str>, V: AsRef<str>>(pairs: &[(N, V)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

impl<'a> Browser<'a> {
    /// A browser without a session.
    pub fn new(app: &'a TestApp) -> Self {
        Self { app, cookie: String::new() }
    }

    /// A browser with a session that was started with a token.
    pub async fn of(app: &'a TestApp, token: &str) -> Self {
        let mut browser = Self::new(app);
        let answer = browser.post("/login", &[("token", token)]).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/"), "{answer:?}");
        browser
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let answer = self.app.request(Method::GET, path, &[("cookie", &self.cookie)], "").await;
        self.keep(answer)
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let headers = [FORM, ("cookie", &self.cookie), ("sec-fetch-site", "same-origin")];
        let answer = self.app.request(Method::POST, path, &headers, &encoded(fields)).await;
        self.keep(answer)
    }

    /// Sends a form of a page.
    pub async fn send(&mut self, form: &PageForm) -> Answer {
        let fields: Vec<_> =
            form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(&form.action, &fields).await
    }

    /// Sends fields with the CSRF token of the session.
    pub async fn submit(&mut self, action: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get("/applications").await;
        let carried = page.forms().into_iter().find_map(|form| form.field("csrf").map(str::to_owned));
        let csrf = carried.expect("a form");
        let fields: Vec<_> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        self.post(action, &fields).await
    }

    fn keep(&mut self, answer: Answer) -> Answer {
        for set in answer.headers.get_all("set-cookie") {
            let pair = set.to_str().expect("a text").split(';').next().unwrap_or_default();
            let name = pair.split_once('=').map_or(pair, |(name, _)| name);
            let mut pairs: Vec<_> = self.cookie.split("; ").filter(|own| !own.is_empty()).collect();
            pairs.retain(|own| own.split_once('=').is_none_or(|(own, _)| own != name));
            pairs.push(pair);
            self.cookie = pairs.join("; ");
        }
        answer
    }
}

impl TestApp {
    /// A request with headers of its own.
    pub async fn request(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_owned())).expect("a request")).await
    }

    /// The user and the surface of the last write of a kind of record in account 415.
    pub async fn last_writer(&self, kind: &'static str) -> (Option<i64>, String) {
        let work = self.app.db.read(|conn| Box::pin(events::store::chain(conn, AccountId(415), 0, i64::MAX)));
        let links = work.await.expect("a log");
        let last = links.into_iter().rfind(|link| link.event.subject_type == kind).expect("an event");
        (last.event.actor_id.map(i64::from), last.surface)
    }

    /// Changes the settings.
    pub fn set(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::clone(&self.app.settings);
        change(&mut settings);
        self.rebuild(|app| app.settings(settings));
        self
    }
}

impl Answer {
    /// A header's text, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a text"))
    }

    /// The forms of the page, with the fields that are filled.
    #[track_caller]
    pub fn forms(&self) -> Vec<PageForm> {
        self.text
            .split("<form")
            .skip(1)
            .map(|rest| PageForm::read(rest.split("</form>").next().unwrap_or(rest)))
            .collect()
    }

    /// The form with a field of this value.
    #[track_caller]
    pub fn form_with(&self, name: &str, value: &str) -> PageForm {
        let found = self.forms().into_iter().find(|form| form.field(name) == Some(value));
        found.unwrap_or_else(|| panic!("no {name}={value}: {}", self.text))
    }
}

impl PageForm {
    fn read(text: &str) -> Self {
        let plain = |text: &str| {
            let escapes = [
                ("&#60;", "<"),
                ("&#62;", ">"),
                ("&#34;", "\""),
                ("&#39;", "'"),
                ("&#38;", "&"),
                ("&amp;", "&"),
            ];
            escapes.into_iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
        };
        let attribute = |tag: &str, name: &str| {
            let rest = tag.split_once(&format!(" {name}=\""))?.1;
            let value = rest.split_once('"')?.0;
            Some(plain(value))
        };
        let fields = text.split("<input").skip(1).filter_map(|tag| {
            let tag = tag.split('>').next()?;
            Some((attribute(tag, "name")?, attribute(tag, "value")?))
        });
        let texts = text.split("<textarea").skip(1).filter_map(|rest| {
            let (tag, rest) = rest.split_once('>')?;
            // A line break after the tag is not a part of the text.
            let content = rest.split("</textarea>").next()?;
            Some((attribute(tag, "name")?, plain(content.strip_prefix('\n').unwrap_or(content))))
        });
        Self { action: attribute(text, "action").unwrap_or_default(), fields: fields.chain(texts).collect() }
    }

    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// With a field changed.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(own, _)| own != name);
        self.fields.push((name.into(), value.into()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(own, _)| own != name);
        self
    }
}
