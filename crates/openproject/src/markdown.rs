//! Markdown texts and their rendering, which takes milliseconds for a long text. It is limited, cached by content, and
//! runs on other threads than the connections.

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

/// The maximum length of a text that is rendered, in bytes.
const MAX_LENGTH: usize = 64 * 1024;
/// The maximum nesting depth of a text that is rendered.
const MAX_DEPTH: usize = 100;
/// The maximum number of elements that the tags of inline HTML can create, if each stays open in every other element.
const MAX_ELEMENTS: usize = 100_000;

/// Texts up to this length, in bytes, are rendered on the same thread and not cached.
const SHORT: usize = 512;
/// The capacity of the cache, in compressed bytes.
const CAPACITY: u64 = 8 * 1024 * 1024;
/// The approximate overhead of a cached text, in bytes.
const OVERHEAD: usize = 128;
/// The estimated number of texts in the cache.
const ESTIMATED_TEXTS: usize = 8 * 1024;

/// A Markdown text with its rendering.
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

/// The cached renderings by the hash of their text.
static RENDERED: LazyLock<Cache<Key, Arc<[u8]>, Weight>> =
    LazyLock::new(|| Cache::with_weighter(ESTIMATED_TEXTS, CAPACITY, Weight));

/// Limits the number of concurrent renderings, so that other work has free cores.
static RENDERERS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, |cores| cores.get().div_ceil(2))));

impl Formattable {
    /// Renders a text and sanitizes the HTML; both are empty if there is no text.
    pub fn markdown(text: Option<String>) -> Self {
        let raw = text.unwrap_or_default();
        let html = cached(&raw).unwrap_or_else(|| render_and_cache(&raw));
        Self { format: "markdown", raw, html }
    }

    /// Like [`Formattable::markdown`], but renders a long text on another thread. No rendering starts once the future
    /// is dropped.
    pub async fn rendered(text: Option<String>) -> Self {
        let raw = text.unwrap_or_default();
        if raw.len() <= SHORT {
            tokio::task::consume_budget().await;
            return Self::markdown(Some(raw));
        }
        match cached(&raw) {
            Some(html) => Self { format: "markdown", raw, html },
            None => off_thread(move || Self::markdown(Some(raw))).await,
        }
    }

    /// Renders and caches a long text, so that [`Formattable::markdown`] finds it.
    pub async fn prepare(text: Option<&str>) {
        if let Some(text) = text.filter(|text| text.len() > SHORT) {
            Self::rendered(Some(text.to_owned())).await;
        }
    }

    /// The length of the text and its rendering, in bytes.
    pub fn size(&self) -> usize {
        self.raw.len() + self.html.len()
    }
}

/// Runs work that may take long on another thread, with limited concurrency.
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

fn cached(text: &str) -> Option<String> {
    if text.len() <= SHORT || text.len() > MAX_LENGTH {
        return None;
    }
    let packed = RENDERED.get(&key(text))?;
    String::from_utf8(decompress_size_prepended(&packed).ok()?).ok()
}

fn render_and_cache(text: &str) -> String {
    let html = render(text);
    if text.len() > SHORT && text.len() <= MAX_LENGTH {
        RENDERED.insert(key(text), compress_prepend_size(html.as_bytes()).into());
    }
    html
}

/// Renders a text. The time to sanitize grows with the length, with the square of the depth, and with unclosed tags, which
/// are opened again in every later element. Beyond the limits, the inline HTML or the whole text is shown as typed.
fn render(text: &str) -> String {
    if text.len() > MAX_LENGTH {
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
    if deepest > MAX_DEPTH {
        let end = Event::End(TagEnd::Paragraph);
        events = vec![Event::Start(Tag::Paragraph), Event::Text(text.into()), end];
    } else if tags.saturating_mul(tags + elements) > MAX_ELEMENTS {
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

/// The text as one paragraph, without rendering.
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
    async fn a_rendering_does_not_depend_on_the_thread_or_the_cache() {
        for rows in [1, 100, 5000] {
            let text = format!("| a | b |\n|---|---|\n{}", "| *1* | <b>2</b> & \u{a0}\" |\n".repeat(rows));
            let first = Formattable::rendered(Some(text.clone())).await.html;
            let again = Formattable::rendered(Some(text.clone())).await.html;
            let here = Formattable::markdown(Some(text.clone())).html;
            assert_eq!((&first, &again), (&render(&text), &here), "{rows}");
            assert_eq!(first.starts_with("<table>"), text.len() <= MAX_LENGTH, "{rows}");
        }
    }

    #[test]
    fn a_text_beyond_the_limit_is_shown_as_typed() {
        let text = format!("<script>alert(1)</script> & *x*{}\n", " y".repeat(MAX_LENGTH));
        let html = Formattable::markdown(Some(text)).html;
        assert!(html.starts_with("<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; *x* y"), "{}", &html[..80]);
        assert_eq!(html, ammonia::clean(&html));
    }
}
