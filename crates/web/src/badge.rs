//! The badge of a project: its title, and the health of its last report as a shape, a color and a word, with its age. It is read
//! in pages of others, so that it is in English and stands on light and dark grounds alike.

use std::fmt::Write;

use super::prose::escape;
use base::clock::Time;
use domain::share_links::view::Last;
use domain::status_reports::Color;

/// The maximum length of a title, in characters.
const MAX_TITLE: usize = 40;
/// The height of a badge.
const HEIGHT: u32 = 20;
/// The space at the sides of a text.
const PAD: u32 = 7;
/// The width of the shape with the space after it.
const SHAPE: u32 = 15;

/// The badge as an SVG image.
pub fn svg(title: &str, last: Option<Last>, now: Time) -> String {
    let title = cut(title);
    let (fill, says) = match last {
        None => ("#5c6470", "no data".to_owned()),
        Some(last) => {
            let (fill, word) = match last.color {
                Color::Green => ("#1f7a45", "green"),
                Color::Yellow => ("#8a6100", "yellow"),
                Color::Red => ("#b3261e", "red"),
            };
            (fill, format!("{word} · {}", age(last.at, now)))
        }
    };
    let (left_text, right_text) = (width(&title), width(&says));
    let shape = if last.is_some() { SHAPE } else { 0 };
    let left = left_text + 2 * PAD;
    let right = shape + right_text + 2 * PAD;
    let whole = left + right;
    let mut label = String::new();
    escape(&mut label, &format!("{title}: {says}"));
    let mut shown = String::new();
    escape(&mut shown, &title);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{whole}\" height=\"{HEIGHT}\" viewBox=\"0 0 {whole} {HEIGHT}\" \
         role=\"img\" aria-label=\"{label}\"><title>{label}</title>\
         <clipPath id=\"c\"><rect width=\"{whole}\" height=\"{HEIGHT}\" rx=\"4\"/></clipPath>\
         <g clip-path=\"url(#c)\"><path fill=\"#3d444d\" d=\"M0 0h{left}v{HEIGHT}H0z\"/>\
         <path fill=\"{fill}\" d=\"M{left} 0h{right}v{HEIGHT}H{left}z\"/></g>"
    );
    if let Some(last) = last {
        let x = left + PAD;
        let shape = match last.color {
            Color::Green => format!("<circle cx=\"{}\" cy=\"10\" r=\"5\"/>", x + 5),
            Color::Yellow => format!("<path d=\"M{} 4.5l5.5 10.5h-11z\"/>", x + 5),
            Color::Red => format!("<rect x=\"{x}\" y=\"5\" width=\"10\" height=\"10\" rx=\"1.5\"/>"),
        };
        write!(out, "<g fill=\"#fff\">{shape}</g>").expect("writing to a string succeeds");
    }
    writeln!(
        out,
        "<g fill=\"#fff\" font-family=\"Verdana,Geneva,DejaVu Sans,sans-serif\" font-size=\"11\">\
         <text x=\"{PAD}\" y=\"14\" textLength=\"{left_text}\" lengthAdjust=\"spacingAndGlyphs\">{shown}</text>\
         <text x=\"{}\" y=\"14\" textLength=\"{right_text}\" lengthAdjust=\"spacingAndGlyphs\">{says}</text></g>\
         <rect x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"3.5\" fill=\"none\" stroke=\"#fff\" stroke-opacity=\".22\"/></svg>",
        left + PAD + shape,
        whole - 1,
        HEIGHT - 1,
    )
    .expect("writing to a string succeeds");
    out
}

/// A title in one line, without control characters, and not too long.
fn cut(title: &str) -> String {
    let title: String = title.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    match title.char_indices().nth(MAX_TITLE) {
        None => title,
        Some((end, _)) => format!("{}…", title[..end].trim_end()),
    }
}

/// The age of a report.
fn age(at: Time, now: Time) -> String {
    match (now.0 - at.0).max(0) / 86_400_000_000 {
        0 => "today".to_owned(),
        days @ 1..=27 => format!("{days} d"),
        days @ 28..=729 => format!("{} w", days / 7),
        days => format!("{} y", days / 365),
    }
}

/// The width of a text in Verdana with 11 pixels, as a browser without the font has to squeeze or stretch it.
fn width(text: &str) -> u32 {
    let tenths = |char: char| match char {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '!' | '|' => 34,
        'f' | 't' | 'r' | '(' | ')' | '/' | '-' | ' ' | '·' => 45,
        'm' | 'w' | 'M' | 'W' | '…' | '@' | '%' => 100,
        'A'..='Z' => 76,
        _ if char.is_ascii() => 66,
        _ if u32::from(char) > 0x2e80 => 112,
        _ => 70,
    };
    text.chars().map(tenths).sum::<u32>().div_ceil(10).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn last(color: Color) -> Last {
        Last { color, at: Time(0), is_stale: false }
    }

    #[test]
    fn a_badge_says_color_shape_and_age() {
        for (color, shape, word) in [
            (Color::Green, "<circle", "green"),
            (Color::Yellow, "<path d=\"M", "yellow"),
            (Color::Red, "<rect x=\"", "red"),
        ] {
            let svg = svg("Harbor", Some(last(color)), Time(3 * DAY));
            for part in [shape, &format!("{word} · 3 d"), "Harbor: "] {
                assert!(svg.contains(part), "{part}: {svg}");
            }
        }
        assert!(svg("Harbor", None, Time(0)).contains("Harbor: no data"));
    }

    #[test]
    fn ages_are_in_days_weeks_and_years() {
        for (days, text) in
            [(-1, "today"), (0, "today"), (1, "1 d"), (27, "27 d"), (28, "4 w"), (729, "104 w"), (800, "2 y")]
        {
            assert_eq!(age(Time(0), Time(days * DAY)), text);
        }
    }

    #[test]
    fn a_title_is_text_and_is_cut() {
        let svg = svg("</text><script>\u{7}&\"", None, Time(0));
        assert!(!svg.contains("<script") && !svg.contains('\u{7}'), "{svg}");
        assert_eq!(cut(&"ä".repeat(41)), format!("{}…", "ä".repeat(40)));
        assert_eq!(cut("Harbor"), "Harbor");
    }
}
