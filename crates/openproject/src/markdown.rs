//! Texts in markdown and their rendering, which takes milliseconds for a long text: bounded, kept by content, and not
//! done on the threads that serve connections.

use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;

use lz4_flex::{compress_prepend_size, decompress_size_prepended};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

/// The longest text that is rendered, in bytes.
const LONGEST: usize = 64 * 1024;
/// How deep a text may nest and still be rendered.
const DEPTH: usize = 100;
/// How many elements the tags of a text's own HTML may come to, where each is open in each other element.
const ELEMENTS: usize = 100_000;

/// Texts up to this length, in bytes, are rendered at once, and neither kept nor given to another thread.
const SHORT: usize = 512;
/// The room for rendered texts, in bytes, packed.
const ROOM: u64 = 8 * 1024 * 1024;
/// What a kept text takes beside its rendering, about.
const OVERHEAD: usize = 128;
/// How many texts of a common length that is.
const USUAL: usize = 8 * 1024;

/// A text in markdown with its rendering.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Formattable {
    format: &'static str,
    raw: String,
    html: String,
}

type Key = [u8; 32];

#[derive(Clone, Debug)]
struct Weight;

impl Weighter<Key, Arc<[u8]>> for Weight {
    fn weight(&self, _: &Key, packed: &Arc<[u8]>) -> u64 {
        (packed.len() + OVERHEAD) as u64
    }
}

/// Renderings by the hash of their text: the same text always has the same.
static RENDERED: LazyLock<Cache<Key, Arc<[u8]>, Weight>> =
    LazyLock::new(|| Cache::with_weighter(USUAL, ROOM, Weight));

/// How many texts are rendered at the same time, so that cores are left for everything else.
static RENDERERS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, |cores| cores.get().div_ceil(2))));

impl Formattable {
    /// A text, rendered and cleaned of what could run; both parts are empty where there is none.
    pub fn markdown(text: Option<String>) -> Self {
        let raw = text.unwrap_or_default();
        let html = kept(&raw).unwrap_or_else(|| render_and_keep(&raw));
        Self { format: "markdown", raw, html }
    }

    /// The same, rendered on another thread where that may take long. When the future is dropped, no further text is.
    pub async fn rendered(text: Option<String>) -> Self {
        let raw = text.unwrap_or_default();
        if raw.len() <= SHORT {
            tokio::task::consume_budget().await;
            return Self::markdown(Some(raw));
        }
        match kept(&raw) {
            Some(html) => Self { format: "markdown", raw, html },
            None => off_thread(move || Self::markdown(Some(raw))).await,
        }
    }

    /// Renders and keeps a text that may take long, for [`Formattable::markdown`] to find.
    pub async fn prepare(text: Option<&str>) {
        if let Some(text) = text.filter(|text| text.len() > SHORT) {
            Self::rendered(Some(text.to_owned())).await;
        }
    }

    /// How long both parts are, in bytes.
    pub fn size(&self) -> usize {
        self.raw.len() + self.html.len()
    }
}

/// Does work that may take long on another thread, a few at a time.
pub async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let permit = RENDERERS.acquire().await.expect("never closed");
    let done = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        work()
    });
    done.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

fn key(text: &str) -> Key {
    Sha256::digest(text).into()
}

fn kept(text: &str) -> Option<String> {
    if text.len() <= SHORT || text.len() > LONGEST {
        return None;
    }
    let packed = RENDERED.get(&key(text))?;
    String::from_utf8(decompress_size_prepended(&packed).ok()?).ok()
}

fn render_and_keep(text: &str) -> String {
    let html = render(text);
    if text.len() > SHORT && text.len() <= LONGEST {
        RENDERED.insert(key(text), compress_prepend_size(html.as_bytes()).into());
    }
    html
}

/// Cleaning takes time that grows with the length, with the square of the depth, and with an unclosed tag, which is opened
/// again in every element after it, so that a text beyond the bounds shows its HTML, or all of it, as it was typed.
fn render(text: &str) -> String {
    if text.len() > LONGEST {
        return as_typed(text);
    }
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut events: Vec<Event<'_>> = Parser::new_ext(text, options).collect();
    let (mut depth, mut deepest, mut elements, mut tags) = (0_usize, 0, 0_usize, 0_usize);
    for event in &events {
        match event {
            Event::Start(_) => {
                depth += 1;
                deepest = deepest.max(depth);
                elements += 1;
            }
            Event::End(_) => depth -= 1,
            Event::Html(html) | Event::InlineHtml(html) => tags += html.matches('<').count(),
            _ => {}
        }
    }
    if deepest > DEPTH {
        let end = Event::End(TagEnd::Paragraph);
        events = vec![Event::Start(Tag::Paragraph), Event::Text(text.into()), end];
    } else if tags.saturating_mul(tags + elements) > ELEMENTS {
        for event in &mut events {
            if let Event::Html(html) | Event::InlineHtml(html) = event {
                *event = Event::Text(std::mem::replace(html, "".into()));
            }
        }
    }
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events.into_iter());
    ammonia::clean(html.trim_end())
}

/// A text without any rendering, as one paragraph.
fn as_typed(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    html.push_str("<p>");
    for letter in text.trim_end().chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            _ => html.push(letter),
        }
    }
    html.push_str("</p>");
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_rendering_is_the_same_wherever_it_is_made_and_whether_or_not_it_was_kept() {
        for rows in [1, 100, 5000] {
            let text = format!("| a | b |\n|---|---|\n{}", "| *1* | <b>2</b> & \u{a0}\" |\n".repeat(rows));
            let first = Formattable::rendered(Some(text.clone())).await.html;
            let again = Formattable::rendered(Some(text.clone())).await.html;
            let here = Formattable::markdown(Some(text.clone())).html;
            assert_eq!((&first, &again), (&render(&text), &here), "{rows}");
            assert_eq!(first.starts_with("<table>"), text.len() <= LONGEST, "{rows}");
        }
    }

    #[test]
    fn a_text_beyond_the_bound_is_shown_as_it_was_typed() {
        let text = format!("<script>alert(1)</script> & *x*{}\n", " y".repeat(LONGEST));
        let html = Formattable::markdown(Some(text)).html;
        assert!(html.starts_with("<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; *x* y"), "{}", &html[..80]);
        assert_eq!(html, ammonia::clean(&html));
    }
}
