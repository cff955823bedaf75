//! Messages for people: Slack, Mattermost, Microsoft Teams, Google Chat and Discord.
//!
//! The words of people are plain text there. Each product is told so where it can be (Slack's `mrkdwn`, `parse` and
//! `link_names`, Discord's `allowed_mentions`, the text runs of an Adaptive Card), its marks are escaped as it documents, or
//! replaced with look-alikes where it has no escape; and a zero-width space keeps names and URLs from becoming mentions and
//! links.

use serde_json::{Value, json};

use domain::feed;
use domain::feed::Published;
use domain::record::Logged;
use domain::status_changes::StatusChange;
use domain::status_keys;
use domain::status_reports::{Color, StatusReport};
use domain::text::first_sentence;
use domain::users::User;
use domain::webhooks::Format;
use native::users::person;
use web::prose;

/// The longest title and name, in characters.
const SHORT: usize = 200;
/// The longest message of Discord and of Google Chat, in characters.
const LIMITS: (usize, usize) = (2_000, 4_096);
/// Keeps what it stands in from becoming a link or a mention.
const BREAK: char = '\u{200b}';

/// What a message says beside its event.
pub struct Context {
    /// The actor, sorted by id.
    pub people: Vec<User>,
    /// The title of the workspace.
    pub title: Option<String>,
    /// The public URL.
    pub url: String,
}

/// What a message says.
#[derive(Debug, Default)]
struct Words {
    /// The colour of the report.
    color: Option<Color>,
    /// The title of the workspace, or what happened.
    title: String,
    /// What happened.
    what: String,
    /// The first sentence of the report, or the reason of a move.
    sentence: Option<String>,
    author: Option<String>,
    link: Option<String>,
}

/// The body of a message; without an event, that of a test.
pub fn body(format: Format, event: Option<&Published>, context: &Context) -> Value {
    let words = event.map_or_else(test, |event| words(event, context));
    match format {
        Format::Slack => json!({
            "text": words.lines(slack, |link| format!("<{link}|Open in Statuary>")),
            "mrkdwn": false, "parse": "none", "link_names": false, "unfurl_links": false, "unfurl_media": false,
        }),
        Format::Mattermost => json!({
            "text": words.lines(markdown, |link| format!("[Open in Statuary]({link})")),
        }),
        Format::GoogleChat => {
            let text = words.lines(google, |link| format!("<{link}|Open in Statuary>"));
            json!({ "text": cut(&text, LIMITS.1) })
        }
        Format::Discord => {
            let text = words.lines(markdown, |link| format!("<{link}>"));
            json!({ "content": cut(&text, LIMITS.0), "allowed_mentions": { "parse": [] } })
        }
        _ => words.card(),
    }
}

fn test() -> Words {
    Words {
        title: "Statuary".to_owned(),
        what: "This is a test of the webhook.".to_owned(),
        ..Words::default()
    }
}

fn words(published: &Published, context: &Context) -> Words {
    let event = &published.link.event;
    let record = event.after.as_deref().or(event.before.as_deref()).unwrap_or("{}");
    let members = feed::record(&event.subject_type, record);
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    let author = event.actor_id.and_then(|id| person(&context.people, id)).map(|person| person.full_name);
    let place = published.workspace_id.map(|id| format!("{}/workspaces/{id}", context.url));
    let kind = if event.kind == "created" { "" } else { &event.kind };
    let mut words = Words {
        title: context.title.clone().unwrap_or_else(|| "Statuary".to_owned()),
        what: sentence_of(&event.subject_type, &event.kind),
        author,
        link: place,
        ..Words::default()
    };
    if event.subject_type == StatusReport::KIND {
        words.color = text("color").and_then(Color::named);
        let health = words.color.map_or("No report", word);
        words.what = if kind.is_empty() { health.to_owned() } else { format!("{health} (report {kind})") };
        words.sentence = text("description").map(|text| first_sentence(&prose::summary(text)));
        words.link = Some(format!("{}/status_reports/{}", context.url, event.subject_id));
    } else if event.subject_type == StatusChange::KIND {
        let key = |name: &str| members.get(name).and_then(Value::as_i64).and_then(status_keys::find);
        if let Some(to) = key("to_status_key") {
            let from = key("from_status_key").map(|from| format!("{} → ", from.message));
            words.what = format!("Status: {}{}", from.unwrap_or_default(), to.message);
        }
        words.sentence = text("reason").map(first_sentence);
    }
    words
}

/// A type in words: `work_package` and `updated` are `Work package updated`.
fn sentence_of(subject: &str, kind: &str) -> String {
    let text = format!("{} {kind}", subject.replace('_', " "));
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

const fn word(color: Color) -> &'static str {
    match color {
        Color::Green => "Green",
        Color::Yellow => "Yellow",
        Color::Red => "Red",
    }
}

const fn emoji(color: Color) -> &'static str {
    match color {
        Color::Green => "🟢",
        Color::Yellow => "🟡",
        Color::Red => "🔴",
    }
}

impl Words {
    /// The message as lines of text: words through `escape`, and the link as `link` writes it.
    fn lines(&self, escape: fn(&str) -> String, link: impl FnOnce(&str) -> String) -> String {
        let mark = self.color.map_or_else(String::new, |color| format!("{} ", emoji(color)));
        let escaped = |text: &str, most: usize| escape(&cut(&line(text), most));
        let mut lines =
            vec![format!("{mark}{}: {}", escaped(&self.title, SHORT), escaped(&self.what, SHORT))];
        lines.extend(
            self.sentence.as_deref().filter(|text| !text.is_empty()).map(|text| escaped(text, SHORT)),
        );
        lines.extend(self.author.as_deref().map(|name| format!("– {}", escaped(name, SHORT))));
        lines.extend(self.link.as_deref().map(link));
        lines.join("\n")
    }

    /// The message with one Adaptive Card.
    fn card(&self) -> Value {
        let run = |text: &str| broken(&cut(&line(text), SHORT));
        let block = |runs: Value| json!({ "type": "RichTextBlock", "inlines": runs });
        let mark = self.color.map_or_else(String::new, |color| format!("{} ", emoji(color)));
        let color = match self.color {
            None => "default",
            Some(Color::Green) => "good",
            Some(Color::Yellow) => "warning",
            Some(Color::Red) => "attention",
        };
        let title = format!("{mark}{}", run(&self.title));
        let mut blocks = vec![
            block(json!([{ "type": "TextRun", "text": title, "weight": "bolder", "size": "medium" }])),
            block(json!([{ "type": "TextRun", "text": run(&self.what), "color": color }])),
        ];
        let more = self.sentence.iter().filter(|text| !text.is_empty()).chain(&self.author);
        blocks.extend(more.map(|text| block(json!([{ "type": "TextRun", "text": run(text) }]))));
        let actions: Vec<_> = self
            .link
            .iter()
            .map(|link| json!({ "type": "Action.OpenUrl", "title": "Open in Statuary", "url": link }))
            .collect();
        let card = json!({
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
            "body": blocks, "actions": actions,
        });
        let attachment = json!({ "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null, "content": card });
        json!({ "type": "message", "attachments": [attachment] })
    }
}

/// A text on one line, without control characters and without those that turn the direction of text around.
fn line(text: &str) -> String {
    let is_turn = |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let plain = |letter: char| {
        if letter.is_control() || letter == '\u{2028}' || letter == '\u{2029}' { ' ' } else { letter }
    };
    let text: String = text.chars().filter(|letter| !is_turn(*letter)).map(plain).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text of at most a number of characters.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most.saturating_sub(1)) {
        Some((at, letter)) if at + letter.len_utf8() < text.len() => format!("{}…", &text[..at]),
        _ => text.to_owned(),
    }
}

/// A text in which no product sees a mention or a link.
fn broken(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        result.push(letter);
        let is_joined = letters.peek().is_some_and(|next| next.is_alphanumeric() || *next == '/');
        let is_tag = letter == '<' && letters.peek().is_some_and(|next| !next.is_whitespace());
        if (matches!(letter, '.' | ':') && is_joined) || is_tag || matches!(letter, '@' | '#') {
            result.push(BREAK);
        }
    }
    result
}

/// Slack documents the escape of `&`, `<` and `>`. Other marks are off, and are replaced all the same.
fn slack(text: &str) -> String {
    let marks = replaced(&broken(text));
    marks.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Google Chat documents no escape.
fn google(text: &str) -> String {
    replaced(&broken(text)).replace('<', "‹").replace('>', "›")
}

/// A text with look-alikes of the marks of Slack and Google Chat.
fn replaced(text: &str) -> String {
    text.replace('*', "∗").replace('_', "ˍ").replace('~', "∼").replace('`', "ˋ")
}

/// Markdown escapes punctuation with a backslash.
fn markdown(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for letter in broken(text).chars() {
        if letter.is_ascii_punctuation() && !matches!(letter, ',' | ';' | '\'' | '"' | '?' | '%' | '/' | '.')
        {
            result.push('\\');
        }
        result.push(letter);
    }
    result
}

#[cfg(test)]
mod tests;
