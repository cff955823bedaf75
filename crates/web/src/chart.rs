//! The timeline as SVG in two lanes: a ribbon of the statuses, and below it a mark for each report. It is hidden from screen
//! readers, because a table beside it has the same content.

use std::fmt::{self, Write};

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::health::Health;
use super::prose::{escape, summary};
use super::reader::Reader;
use base::clock::Time;
use domain::status_keys;
use domain::status_reports::{Color, StatusReport};
use domain::timeline::Segment;

/// Shorter spans, in days, have daily ticks.
const FEW_DAYS: i64 = 15;

/// Shorter spans, in days, have weekly ticks; longer ones have monthly ticks.
const SHORT: i64 = 75;

/// The narrowest stay with a label, in per cent of the width: a letter and an ellipsis.
const NARROWEST: f64 = 4.0;

/// The length of the text in a mark's tooltip, in characters.
const LETTERS: usize = 120;

/// The time axis.
#[derive(Clone, Copy, Debug)]
struct Axis {
    from: Time,
    to: Time,
    /// Whether time goes from right to left, as the language does.
    is_rtl: bool,
}

impl Axis {
    /// The position of a time, in per cent of the width.
    #[expect(clippy::cast_precision_loss, reason = "a hundredth of a pixel does not matter")]
    fn x(self, at: Time) -> f64 {
        let whole = (self.to.0 - self.from.0).max(1) as f64;
        let x = ((at.0 - self.from.0) as f64 / whole * 100.0).clamp(0.0, 100.0);
        if self.is_rtl { 100.0 - x } else { x }
    }

    /// The left end and the width of a span, in per cent of the width.
    fn span(self, from: Time, to: Time) -> (f64, f64) {
        let (from, to) = (self.x(from), self.x(to));
        (from.min(to), (to - from).abs())
    }
}

/// Draws stays and reports, both sorted by time.
pub fn svg(
    reader: &Reader,
    (from, to): (Time, Time),
    stays: &[Segment],
    reports: &[&StatusReport],
) -> String {
    let mut out = String::with_capacity(2048 + reports.len() * 400);
    let is_rtl = reader.language.direction() == "rtl";
    picture(&mut out, reader, Axis { from, to, is_rtl }, stays, reports)
        .expect("writing to a string succeeds");
    out
}

fn picture(
    out: &mut String,
    reader: &Reader,
    axis: Axis,
    stays: &[Segment],
    reports: &[&StatusReport],
) -> fmt::Result {
    out.push_str("<svg class=\"timeline\" width=\"100%\" height=\"124\" aria-hidden=\"true\">");
    for (at, name) in ticks(reader, axis) {
        let x = axis.x(at);
        write!(out, "<line class=\"tick\" x1=\"{x:.2}%\" x2=\"{x:.2}%\" y1=\"0\" y2=\"124\"/>")?;
        let side = if axis.is_rtl { "dx=\"-5\" text-anchor=\"end\"" } else { "dx=\"5\"" };
        write!(out, "<text class=\"tick\" x=\"{x:.2}%\" {side} y=\"11\">{name}</text>")?;
    }
    for stay in stays {
        ribbon(out, reader, axis, stay)?;
    }
    for (place, report) in reports.iter().enumerate() {
        let until = reports.get(place + 1).map_or(axis.to, |next| next.created_at);
        let (x, width) = axis.span(report.created_at, until);
        let class = Health(Some(report.color)).class();
        write!(
            out,
            "<rect class=\"since {class}\" x=\"{x:.2}%\" width=\"{width:.2}%\" y=\"112\" height=\"4\"/>"
        )?;
    }
    // The marks of one day would hide each other: the last one is drawn, with their number.
    for day in reports
        .chunk_by(|one, other| reader.zoned(one.created_at).date() == reader.zoned(other.created_at).date())
    {
        mark(out, reader, axis, day)?;
    }
    out.push_str("</svg>");
    Ok(())
}

fn ribbon(out: &mut String, reader: &Reader, axis: Axis, stay: &Segment) -> fmt::Result {
    let (x, width) = axis.span(stay.from, stay.to.unwrap_or(axis.to));
    let status = stay.status_key.and_then(status_keys::find);
    let group = status.map_or("grey", |status| status.color.name());
    let named = stay.status_key.and_then(|key| reader.language.status(key));
    let words = named.unwrap_or_else(|| reader.language.t("move-unknown").into_owned());
    let lasted = reader.duration(stay.to.unwrap_or(reader.now).seconds_since(stay.from)).replace('<', "&lt;");
    write!(
        out,
        "<svg x=\"{x:.2}%\" y=\"20\" width=\"{:.2}%\" height=\"34\"><title>{words}, ",
        width.max(0.3)
    )?;
    write!(
        out,
        "{}, {lasted}</title><rect class=\"stay k-{group}\" width=\"100%\" height=\"34\"/>",
        reader.exact(stay.from)
    )?;
    write!(out, "<rect class=\"edge k-{group}\" width=\"100%\" height=\"4\"/>")?;
    // HTML, because text of SVG cannot end with an ellipsis where it does not fit.
    if width >= NARROWEST {
        write!(
            out,
            "<foreignObject y=\"4\" width=\"100%\" height=\"30\"><div class=\"stay-label\">{words} <span>{lasted}</span></div></foreignObject>"
        )?;
    }
    out.push_str("</svg>");
    Ok(())
}

/// The mark of the last report of a day.
fn mark(out: &mut String, reader: &Reader, axis: Axis, day: &[&StatusReport]) -> fmt::Result {
    let Some(report) = day.last() else { return Ok(()) };
    let health = Health(Some(report.color));
    let (class, letter) = (health.class(), health.letter(reader.language));
    let (shape, y) = match report.color {
        Color::Green => ("<circle r=\"9\"/>", 4),
        Color::Yellow => ("<path d=\"M0-10 10 8H-10z\"/>", 6),
        Color::Red => ("<path d=\"M-8.5-8.5h17v17h-17z\"/>", 4),
    };
    write!(
        out,
        "<svg class=\"mark {class}\" x=\"{:.2}%\" y=\"86\" overflow=\"visible\">",
        axis.x(report.created_at)
    )?;
    out.push_str("<a href=\"");
    escape(out, &reader.root);
    write!(out, "/status_reports/{}\" tabindex=\"-1\"><title>", report.id)?;
    write!(out, "{}, {}: ", health.word(reader.language), reader.exact(report.created_at))?;
    let first: String = summary(&report.description).chars().take(LETTERS).collect();
    escape(out, &first);
    write!(out, "</title><circle class=\"target\" r=\"12\"/>{shape}<text y=\"{y}\">{letter}</text></a>")?;
    if day.len() > 1 {
        write!(out, "<text class=\"times\" y=\"-13\">×{}</text>", day.len())?;
    }
    out.push_str("</svg>");
    Ok(())
}

/// The starts of weeks or of months, with their labels, as many as fit.
fn ticks(reader: &Reader, axis: Axis) -> Vec<(Time, String)> {
    let (first, last) = (reader.zoned(axis.from).date(), reader.zoned(axis.to).date());
    let days = axis.to.seconds_since(axis.from) / 86_400;
    let step = match days {
        ..FEW_DAYS => 1.day(),
        FEW_DAYS..SHORT => 7.days(),
        _ => (days / 400 + 1).months(),
    };
    let begin = if days < FEW_DAYS {
        first.tomorrow().unwrap_or(first)
    } else if days < SHORT {
        first.nth_weekday(1, Weekday::Monday).unwrap_or(first)
    } else {
        first.last_of_month().tomorrow().unwrap_or(first)
    };
    let name = |date: Date| {
        if days < SHORT {
            format!("{} {}", date.day(), reader.month(date.month()))
        } else {
            reader.month(date.month())
        }
    };
    begin
        .series(step)
        .take_while(|date| *date <= last)
        .filter_map(|date| Some((reader.start_of(date)?, name(date))))
        .collect()
}
