//! Stories of the portfolio as a file for spreadsheets, on both engines.

use std::io::{Cursor, Read};

use axum::http::Method;
use calamine::{Data, DataType, Range, Reader, Xlsx};
use macros::both_engines;
use serde_json::json;

use crate::browser::Browser;
use crate::{Answer, Engine, TestApp, lines, report, with};
use web::portfolio::sheet::XLSX;

/// The first sheet of an XLSX file, as a spreadsheet program reads it.
#[track_caller]
pub fn workbook(answer: &Answer) -> Range<Data> {
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, XLSX));
    let mut workbook = Xlsx::new(Cursor::new(answer.bytes.to_vec())).expect("a workbook");
    let formulas = workbook.worksheet_formula(&workbook.sheet_names()[0]).expect("a sheet");
    assert!(formulas.used_cells().next().is_none(), "{formulas:?}");
    workbook.worksheet_range_at(0).expect("a sheet").expect("its cells")
}

/// A file within the workbook.
fn part(answer: &Answer, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(answer.bytes.to_vec())).expect("an archive");
    let mut text = String::new();
    archive.by_name(name).expect("a part").read_to_string(&mut text).expect("UTF-8");
    text
}

/// The value of an attribute of the first element that begins with a text.
fn attribute<'x>(xml: &'x str, element: &str, name: &str) -> &'x str {
    let tag = xml.split(element).nth(1).and_then(|rest| rest.split('>').next()).unwrap_or_default();
    let value = tag.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
    value.unwrap_or_default()
}

/// The pattern and the colour that a cell is filled with.
fn fill(answer: &Answer, cell: &str) -> (String, String) {
    let (sheet, styles) = (part(answer, "xl/worksheets/sheet1.xml"), part(answer, "xl/styles.xml"));
    let nth = |list: &str, element: &str, place: &str| -> String {
        let list = styles
            .split(&format!("<{list} "))
            .nth(1)
            .and_then(|rest| rest.split(&format!("</{list}>")).next());
        let place: usize = place.parse().expect("a place");
        list.and_then(|list| list.split(element).nth(place + 1)).unwrap_or_default().to_owned()
    };
    let format = nth("cellXfs", "<xf ", attribute(&sheet, &format!("<c r=\"{cell}\""), "s"));
    let fill = nth("fills", "<fill>", attribute(&format!("<xf {format}"), "<xf", "fillId"));
    (
        attribute(&fill, "<patternFill", "patternType").to_owned(),
        attribute(&fill, "<fgColor", "rgb").to_owned(),
    )
}

/// The harbor with a project that is due and whose texts are hostile.
async fn harbor(engine: Engine) -> TestApp {
    let app = TestApp::harbor(engine).await;
    let formula = json!({"kind": "workspace", "id": 1, "account_id": 415, "title": "=2+3 <b>", "archived": false,
        "due_date": "2026-03-31", "status_key": 605, "creator_id": 2545, "created_at": "2026-01-05T18:00:00Z",
        "updated_at": "2026-01-05T18:00:00Z"});
    let old = with(
        report(5),
        &json!({"workspace_id": 1, "created_at": "2025-12-01T08:00:00Z",
            "description": "  =HYPERLINK(\"https://evil.example\")\r\nZeile; zwei, \"drei\" \u{1}\u{fffe} Öl"}),
    );
    app.import(&lines([formula, old])).await.expect("a project");
    app
}

/// The records of a CSV file with a separator.
fn records(text: &str, separator: u8) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.expect("a record").iter().map(str::to_owned).collect()).collect()
}

#[both_engines]
async fn csv_files_follow_the_readers_language(engine: Engine) {
    let app = harbor(engine).await;
    let mut browser = Browser::of(&app, "root").await;
    let answer = browser.get("/portfolio.csv?weeks=12&order=age").await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"portfolio.csv\"");
    let english = records(&answer.text, b',');
    assert_eq!(
        english[0][..11],
        [
            "Project ID",
            "Project",
            "Lead",
            "Status key",
            "Status",
            "Health",
            "Silent",
            "Due",
            "Last report (UTC)",
            "Author",
            "Report"
        ]
    );
    // The tags, and a column for each own field, are after the weeks.
    assert_eq!(english[0].last().map(String::as_str), Some("Tags"));
    let english: Vec<Vec<String>> = english.iter().map(|row| row[..row.len() - 1].to_vec()).collect();
    let weeks = english[0].len() - 12;
    assert_eq!(english[0][weeks + 10..], ["2026-02-09", "2026-02-16"]);
    // By age: without a report first, then the oldest.
    assert_eq!(
        english[1][..11],
        ["53800", "Quay extension", "Max Prime", "100", "Backlog", "", "no", "", "", "", ""]
    );
    assert_eq!(
        english[2][..11],
        [
            "1",
            "'=2+3 <b>",
            "Ada Park",
            "605",
            "Completed",
            "Green",
            "no",
            "2026-03-31",
            "2025-12-01 08:00:00",
            "Ada Park",
            "'=HYPERLINK(\"https://evil.example\")\nZeile; zwei, \"drei\" \u{fffd}\u{fffd} Öl"
        ]
    );
    assert_eq!(
        english[3][5..19],
        [
            "Yellow",
            "no",
            "",
            "2026-02-09 17:20:41",
            "Ada Park",
            "Vendor slipped one week.",
            "Green",
            "No change",
            "",
            "",
            "Red",
            "One week late",
            "Yellow",
            ""
        ]
    );
    assert_eq!(english[3][weeks - 6..weeks], ["2", "1", "2", "0", "10", "0"]);
    assert_eq!(english[3][weeks + 8..], ["", "Green", "Yellow", "(Yellow)"]);
    // Each line ends with CRLF, and no line break within a cell looks so.
    assert_eq!(answer.text.matches("\r\n").count(), 4);
    assert!(answer.text.ends_with("\r\n"));

    // In German, whose decimal comma requires another separator; and in the reader's time zone.
    browser.cookie = format!("{}; language=de; zone=America/Los_Angeles", browser.cookie);
    let german = records(&browser.get("/portfolio.csv?weeks=12&order=age").await.text, b';');
    assert_eq!(german[0][7..11], ["Fällig", "Letzter Bericht (America/Los_Angeles)", "Autor", "Bericht"]);
    assert_eq!(german[3][5..9], ["Gelb", "nein", "", "2026-02-09 09:20:41"]);
    assert_eq!(german[3][german[3].len() - 2..], ["(Gelb)", ""]);
    for (name, separator) in [("comma", b','), ("semicolon", b';'), ("tab", b'\t'), ("other", b';')] {
        let answer = browser.get(&format!("/portfolio.csv?weeks=12&order=age&separator={name}")).await;
        assert_eq!(records(&answer.text, separator), german, "{name}");
    }
    assert_eq!(records(&browser.get("/portfolio.csv?health=yellow").await.text, b';').len(), 2);
}

#[both_engines]
async fn tags_and_own_fields_are_the_last_columns(engine: Engine) {
    let app = harbor(engine).await;
    let field = async |body: serde_json::Value| {
        let answer = app.write("root", Method::POST, "/fields", &body, &[]).await;
        answer.json()["id"].to_string()
    };
    let formula = field(json!({"name": "=1+1"})).await;
    let region = field(json!({"name": "Region", "position": 0})).await;
    let body = json!({"tags": ["-2026", "@key"], "fields": {&formula: "+1", &region: "North"}});
    let put = app.write("root", Method::PUT, "/workspaces/53760/labels", &body, &[]).await;
    assert_eq!(put.status, 200, "{put}");
    let mut browser = Browser::of(&app, "root").await;
    let csv = records(&browser.get("/portfolio.csv?weeks=12").await.text, b',');
    let width = csv[0].len();
    assert_eq!(csv[0][width - 3..], ["Tags", "Region", "'=1+1"]);
    let row = csv.iter().find(|row| row[0] == "53760").expect("a row");
    assert_eq!(row[width - 3..], ["'-2026, @key", "North", "'+1"]);
    let other = csv.iter().find(|row| row[0] == "53800").expect("a row");
    assert_eq!(other[width - 3..], ["", "", ""]);
    let sheet = workbook(&browser.get("/portfolio.xlsx?weeks=12").await);
    assert_eq!(sheet.width(), width);
    let texts = |row: usize| (width - 3..width).map(move |column| (row, column));
    let cell = |(row, column): (usize, usize)| {
        sheet.get((row, column)).and_then(Data::as_string).unwrap_or_default()
    };
    assert_eq!(texts(0).map(cell).collect::<Vec<_>>(), ["Tags", "Region", "=1+1"]);
    let place = csv.iter().position(|row| row[0] == "53760").expect("a row");
    assert_eq!(texts(place).map(cell).collect::<Vec<_>>(), ["-2026, @key", "North", "+1"]);
}

#[both_engines]
async fn the_workbook_has_the_rows_of_the_csv_file(engine: Engine) {
    let app = harbor(engine).await;
    let mut browser = Browser::of(&app, "root").await;
    for language in ["en", "de"] {
        browser.cookie = format!("{}; language={language}; zone=Europe/Berlin", browser.cookie);
        let query = "weeks=12&order=age&separator=comma";
        let records = records(&browser.get(&format!("/portfolio.csv?{query}")).await.text, b',');
        let answer = browser.get(&format!("/portfolio.xlsx?{query}")).await;
        let sheet = workbook(&answer);
        assert_eq!((sheet.height(), sheet.width()), (records.len(), records[0].len()), "{language:?}");
        for (row, record) in records.iter().enumerate() {
            for (column, text) in record.iter().enumerate() {
                let cell = sheet.get((row, column)).expect("a cell");
                // Dates are formatted numbers, not texts such as `2026-03-31`.
                let (found, is_date) = match cell {
                    Data::DateTime(at) => {
                        let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
                        let day = format!("{year:04}-{month:02}-{day:02}");
                        let has_time = text.len() > 10;
                        let time = if has_time {
                            format!(" {hour:02}:{minute:02}:{second:02}")
                        } else {
                            String::new()
                        };
                        (day + &time, true)
                    }
                    cell => (cell.as_string().unwrap_or_default(), false),
                };
                let is_day = text.len() >= 10 && text.starts_with("20") && text.as_bytes()[4] == b'-';
                assert_eq!(is_date, is_day, "{row} {column}: {cell:?}");
                assert_eq!(
                    cell.is_float() || cell.is_int(),
                    !is_day && text.parse::<i64>().is_ok(),
                    "{row} {column}"
                );
                // Formulas are neutralised only in CSV.
                assert_eq!(&found, text.strip_prefix('\'').unwrap_or(text), "{row} {column}: {cell:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_workbook_has_colours_a_frozen_header_and_filters() {
    let app = harbor(Engine::Sqlite).await;
    let mut browser = Browser::of(&app, "root").await;
    let answer = browser.get("/portfolio.xlsx?weeks=12&order=age").await;
    let sheet = part(&answer, "xl/worksheets/sheet1.xml");
    assert_eq!((attribute(&sheet, "<pane", "ySplit"), attribute(&sheet, "<pane", "state")), ("1", "frozen"));
    // Columns: 25 of facts, 12 weeks, and the tags; rows: the head and three.
    assert_eq!(attribute(&sheet, "<autoFilter", "ref"), "A1:AL4");
    let solid = |color: &str| ("solid".to_owned(), color.to_owned());
    assert_eq!(fill(&answer, "F4"), solid("FFF0B429"), "health");
    assert_eq!(fill(&answer, "P4"), solid("FFC93434"), "schedule");
    assert_eq!(fill(&answer, "AI4"), solid("FF2E9E62"), "a green week");
    assert_eq!(fill(&answer, "AK4"), ("lightUp".to_owned(), "FFF0B429".to_owned()), "carried over");
    let notes = part(&answer, "xl/sharedStrings.xml");
    assert!(notes.contains("Times are in UTC.") && notes.contains("A colour in brackets is carried over"));
    assert_eq!(attribute(&sheet, "<sheetViews><sheetView", "rightToLeft"), "");
    let hebrew = app
        .request(
            Method::GET,
            "/portfolio.xlsx",
            &[("cookie", &browser.cookie), ("accept-language", "he")],
            "",
        )
        .await;
    for name in ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"] {
        assert_eq!(attribute(&part(&hebrew, name), "<sheetViews><sheetView", "rightToLeft"), "1", "{name}");
    }
    browser.cookie = format!("{}; palette=mono", browser.cookie);
    assert_eq!(fill(&browser.get("/portfolio.xlsx?weeks=12&order=age").await, "P4"), solid("FF3D434A"));
}

/// A cell takes 32,767 UTF-16 code units, and a file a bounded size.
#[tokio::test]
async fn long_texts_are_cut_to_the_limit_of_a_cell() {
    let app = TestApp::harbor(Engine::Sqlite).await;
    let long = with(report(5), &json!({"workspace_id": 53800, "description": "🚢".repeat(20_000)}));
    app.import(&lines([long])).await.expect("a report");
    let mut browser = Browser::of(&app, "root").await;
    let expected = "🚢".repeat(16_383) + "…";
    assert_eq!(expected.encode_utf16().count(), 32_767);
    let csv = records(&browser.get("/portfolio.csv?q=quay").await.text, b',');
    assert!(csv[1][10] == expected, "{} letters", csv[1][10].chars().count());
    let sheet = workbook(&browser.get("/portfolio.xlsx?q=quay").await);
    assert!(sheet.get((1, 10)).and_then(Data::as_string) == Some(expected));
}
