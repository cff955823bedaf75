//! The form of an answer that a client prefers.

use axum::http::{HeaderMap, header};

const USUAL: [&str; 3] = ["application/json", "application/*", "*/*"];

/// The form that the header `Accept` prefers, of some forms with their media types; the usual form, JSON, if it names none of
/// them.
pub fn preferred<T: Copy>(headers: &HeaderMap, forms: &[(&str, T)], usual: T) -> T {
    let lines = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok());
    let mut best = (0.0, usual);
    for range in lines.flat_map(|line| line.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let media_type = parts.next().unwrap_or_default().to_ascii_lowercase();
        let named = forms.iter().find(|(name, _)| *name == media_type).map(|(_, form)| *form);
        let Some(form) = named.or_else(|| USUAL.contains(&&*media_type).then_some(usual)) else { continue };
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
        if weight > best.0 {
            best = (weight, form);
        }
    }
    best.1
}
