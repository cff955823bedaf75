//! The files of packs: what a reader finds in them, and that no text breaks them. The tests leave those of forty projects in
//! `target/tmp`, in each language.
#![cfg(feature = "pdf")]

use std::fs;
use std::path::Path;
use std::time::Instant;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use lopdf::{Dictionary, Document, Object};
use proptest::prelude::*;

use domain::status_reports::Color;
use messages::Language;
use pack::{Block, Change, Detail, Form, Kind, Look, Owed, Pack, Project, Red};

const COLORS: [Color; 3] = [Color::Green, Color::Yellow, Color::Red];

/// What people write in a language: a title, a name, a report.
fn words(language: Language) -> (&'static str, &'static str, &'static str) {
    match language {
        Language::English => (
            "Harbor rollout",
            "Ada Park",
            "The crane is four weeks late, and the quay cannot be used before it stands. We asked the yard for a date.",
        ),
        Language::German => (
            "Hafenausbau Nordkai",
            "Jürgen Weiß",
            "Der Kran kommt vier Wochen später; vorher lässt sich der Kai nicht nutzen. Die Werft nennt noch kein Datum.",
        ),
        Language::Hebrew => (
            "שדרוג הנמל",
            "עדה פארק",
            "העגורן מאחר בארבעה שבועות, ואי אפשר להשתמש ברציף לפני שהוא עומד (ראו Harbor 2.1).",
        ),
    }
}

fn paragraph(text: &str) -> Block {
    Block { kind: Kind::Paragraph, text: text.to_owned() }
}

/// A pack of some projects and weeks.
fn pack(language: Language, projects: usize, weeks: usize) -> Pack {
    let (title, name, report) = words(language);
    let last = date(2026, 11, 23);
    let weeks: Vec<Date> =
        (0..weeks).rev().map(|week| last.saturating_sub((i64::try_from(week).unwrap() * 7).days())).collect();
    let look = |row: usize, week: usize| {
        let (row, week) = (row * 7 + 3, week * 5 + 1);
        if week < row % 9 {
            return Look { color: None, is_carried: false, is_jump: false };
        }
        let color = COLORS[(row * week + row / 3 + week / 11) % 3];
        let is_carried = (row + week).is_multiple_of(5);
        let is_jump = !is_carried && color != Color::Yellow && (row + week).is_multiple_of(7);
        Look { color: Some(color), is_carried, is_jump }
    };
    let project = |row: usize| Project {
        title: format!("{title} {}", row + 1),
        lead: if row % 6 == 5 { String::new() } else { name.to_owned() },
        status: "In Progress".to_owned(),
        due: Some(date(2026, 12, 5)),
        note: if row % 8 == 7 { language.t("portfolio-silent").into_owned() } else { String::new() },
        cells: (0..weeks.len()).map(|week| look(row, week)).collect(),
    };
    let change = |row: usize| Change {
        title: format!("{title} {}", row + 1),
        from: Some(Color::Green),
        to: Some(COLORS[row % 3]),
        notes: vec![language.t("changes-new").into_owned()],
        sentence: report.to_owned(),
    };
    let red = |row: usize| Red {
        title: format!("{title} {}", row + 1),
        facts: vec![name.to_owned(), language.date(last)],
        text: vec![
            Block { kind: Kind::Heading, text: title.to_owned() },
            paragraph(report),
            Block { kind: Kind::Item(1, Some(1)), text: report.to_owned() },
            Block { kind: Kind::Item(2, None), text: name.to_owned() },
        ],
        details: vec![Detail {
            category: language.t("category-schedule").into_owned(),
            color: Color::Red,
            text: vec![paragraph(report)],
        }],
    };
    let owed = |row: usize| Owed {
        title: format!("{title} {}", row + 1),
        owner: name.to_owned(),
        is_overdue: row.is_multiple_of(2),
        due: Some(last),
        last: (row > 0).then_some(date(2026, 11, 13)),
    };
    Pack {
        language,
        palette: "default",
        title: language.t("pack-title").into_owned(),
        facts: vec![language.say("zone-note", [("at", language.date(last).into()), ("zone", "UTC".into())])],
        counts: language.say("portfolio-count", [("count", projects.into())]),
        projects: (0..projects).map(project).collect(),
        changes: (0..projects / 4).map(change).collect(),
        reds: (0..projects / 6).map(red).collect(),
        owed: Some((0..projects / 5).map(owed).collect()),
        weeks,
    }
}

fn kept(name: &str, bytes: &[u8]) {
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), bytes).expect("a file");
}

fn text(object: &Object) -> String {
    let Object::String(bytes, _) = object else { return String::new() };
    match bytes.strip_prefix(&[0xfe, 0xff]) {
        Some(wide) => {
            let units: Vec<u16> = wide.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16(&units).expect("UTF-16")
        }
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn name(dictionary: &Dictionary, key: &[u8]) -> String {
    let name = dictionary.get(key).ok().and_then(|value| value.as_name().ok());
    name.map(|name| String::from_utf8_lossy(name).into_owned()).unwrap_or_default()
}

/// The elements of the structure, each with its path from the root.
fn structure(document: &Document) -> Vec<(String, Dictionary)> {
    fn walk(document: &Document, object: &Object, path: &str, found: &mut Vec<(String, Dictionary)>) {
        let object = document.dereference(object).expect("an object").1;
        match object {
            Object::Array(items) => items.iter().for_each(|item| walk(document, item, path, found)),
            Object::Dictionary(own) if own.has(b"S") => {
                let path = format!("{path}/{}", name(own, b"S"));
                found.push((path.clone(), own.clone()));
                if let Ok(children) = own.get(b"K") {
                    walk(document, children, &path, found);
                }
            }
            _ => {}
        }
    }
    let catalog = document.catalog().expect("a catalog");
    let root = document.dereference(catalog.get(b"StructTreeRoot").expect("a structure")).expect("a root").1;
    let mut found = Vec::new();
    walk(document, root.as_dict().expect("a root").get(b"K").expect("children"), "", &mut found);
    found
}

/// The fonts of a document that are not embedded.
fn foreign(document: &Document) -> usize {
    let descriptors = document.objects.values().filter_map(|object| object.as_dict().ok());
    let descriptors = descriptors.filter(|own| name(own, b"Type") == "FontDescriptor");
    descriptors.filter(|own| ![&b"FontFile2"[..], b"FontFile3"].iter().any(|key| own.has(key))).count()
}

#[test]
fn a_screen_reader_finds_headings_tables_and_words_in_each_language() {
    for language in Language::ALL {
        let pack = pack(language, 40, 12);
        let start = Instant::now();
        let bytes = Form::Pdf.write(&pack).expect("a PDF");
        eprintln!("{}: {:?}, {} bytes", language.code(), start.elapsed(), bytes.len());
        kept(&format!("steering-pack-{}.pdf", language.code()), &bytes);
        kept(
            &format!("steering-pack-{}.xlsx", language.code()),
            &Form::Xlsx.write(&pack).expect("a workbook"),
        );
        let document = Document::load_mem(&bytes).expect("a PDF");
        let catalog = document.catalog().expect("a catalog");
        assert_eq!(text(catalog.get(b"Lang").expect("a language")), language.code());
        let marks = catalog.get(b"MarkInfo").and_then(Object::as_dict).expect("marks");
        assert!(marks.get(b"Marked").and_then(Object::as_bool).expect("a mark"));
        let shown = catalog.get(b"ViewerPreferences").and_then(Object::as_dict).expect("preferences");
        assert!(shown.get(b"DisplayDocTitle").and_then(Object::as_bool).expect("a title"));
        let direction = if language == Language::Hebrew { "R2L" } else { "L2R" };
        assert_eq!(name(shown, b"Direction"), direction);
        assert_eq!(foreign(&document), 0);
        let found = structure(&document);
        let count = |path: &str| found.iter().filter(|(own, _)| own == path).count();
        assert_eq!((count("/Document/H1"), count("/Document/H2"), count("/Document/H3")), (1, 4, 6));
        assert_eq!(count("/Document/Table"), 3);
        // Projects, changes and owed reports, each with a cell that names the row.
        assert_eq!(count("/Document/Table/TBody/TR/TH"), 40 + 10 + 8);
        assert_eq!(count("/Document/Table/THead/TR/TH"), (2 + 12) + 3 + 5);
        assert_eq!(count("/Document/Table/TBody/TR/TD"), 40 * 13 + 10 * 2 + 8 * 4);
        assert_eq!(count("/Document/L/LI/LBody"), 12);
        let cells: Vec<String> = (found.iter())
            .filter(|(path, _)| path == "/Document/Table/TBody/TR/TD/Span")
            .map(|(_, own)| text(own.get(b"ActualText").expect("what a cell says")))
            .collect();
        let said = |look: &Look| look.words(language);
        assert!(cells.iter().eq(
            &pack.projects.iter().flat_map(|project| project.cells.iter().map(said)).collect::<Vec<_>>()
        ));
        for (path, own) in found.iter().filter(|(path, _)| path.ends_with("/TH")) {
            let attributes = format!("{:?}", own.get(b"A"));
            assert!(attributes.contains("Scope") || attributes.contains("Reference"), "{path} {attributes}");
        }
        assert_eq!(document.get_pages().len(), 4);
    }
}

#[test]
fn a_year_of_weeks_fits_on_broad_pages_and_an_empty_pack_says_so() {
    let year = pack(Language::English, 40, 52);
    let written = Form::Pdf.write(&year).expect("a PDF");
    kept("steering-pack-year.pdf", &written);
    assert!(written == Form::Pdf.write(&year).expect("a PDF"), "the same pack gives other bytes");
    let mut none = pack(Language::English, 0, 12);
    none.owed = None;
    let none = Form::Pdf.write(&none).expect("a PDF");
    let document = Document::load_mem(&none).expect("a PDF");
    let found = structure(&document);
    assert_eq!(found.iter().filter(|(path, _)| path.ends_with("/Table")).count(), 0);
    assert_eq!(document.get_pages().len(), 1);
    let said = document.extract_text(&[1]).expect("a text");
    for words in ["No matching projects", "Nothing changed", "No project is red.", "for the present day only"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
}

/// Texts that people could write to break a document.
fn hostile() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "\u{202e}",
        "\u{2066}",
        "\u{2069}",
        "\u{200f}",
        "\u{0}",
        "\u{7}",
        "\u{feff}",
        "\u{fffe}",
        "\u{2028}",
        "👩‍🚀",
        "🏳️‍🌈",
        "漢字",
        "שָׁלוֹם",
        "مرحبا",
        "e\u{301}\u{301}\u{301}",
        "\u{ad}",
        "\u{200d}",
        "- ",
        "1. ",
        "# ",
        "\n\n",
        "```",
        "\u{e000}",
        "\u{10ffff}",
        "ﷺ",
        "\t",
        "…",
        "W",
        " ",
    ]);
    let part = prop_oneof![odd.prop_map(str::to_owned), any::<String>(), "[a-zA-Z]{0,400}"];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_a_document(texts in prop::collection::vec(hostile(), 12), is_rtl: bool) {
        let language = if is_rtl { Language::Hebrew } else { Language::English };
        let mut pack = pack(language, 12, 3);
        for (project, text) in pack.projects.iter_mut().zip(&texts) {
            (project.title, project.lead) = (pack::of::line(text), pack::of::line(text));
        }
        let blocks = texts.iter().flat_map(|text| pack::blocks(text, 6_000));
        pack.reds[1].text = blocks.collect();
        pack.facts.push(pack::of::line(&texts[0]));
        pack.changes[0].title = pack::of::line(&texts[1]);
        pack.changes[0].sentence = pack::of::line(&texts[2]);
        pack.reds[0].title = pack::of::line(&texts[3]);
        pack.reds[0].text = pack::blocks(&texts[4], 6_000);
        pack.reds[0].details[0].text = pack::blocks(&texts[5], 1_500);
        let bytes = Form::Pdf.write(&pack).expect("a PDF");
        prop_assert!(Document::load_mem(&bytes).is_ok());
        prop_assert!(Form::Xlsx.write(&pack).is_ok());
    }
}
