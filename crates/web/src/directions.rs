//! A test of all templates: texts that people write have `dir="auto"`, or are in a `bdi`, which implies it, so that each is
//! read in its own direction.

use std::path::Path;

/// Expressions that no person writes: messages, marks, dates, counts, keys of tables.
const OURS: [&str; 37] = [
    "|safe",
    ".color",
    ".count",
    ".due",
    ".lasted",
    ".len()",
    ".message",
    ".ratio",
    ".sign()",
    ".status",
    ".word",
    ".words",
    "count.active",
    "count.archived",
    "count.changed",
    "count.new",
    "count.unchanged",
    "due",
    "heatmap|safe",
    "host",
    "key.key",
    "keys",
    "line",
    "line.projects",
    "link",
    "loop.index",
    "number",
    "one.label",
    "region",
    "row.name",
    "scope",
    "status.default_done_ratio",
    "until",
    "week",
    "word",
    "words",
    "zone",
];

/// Raw HTML that contains texts of people.
const TEXTS: [&str; 4] = ["text|safe", "html|safe", "row.words|safe", "change|safe"];

const VOID: [&str; 5] = ["br", "img", "input", "link", "meta"];

fn is_ours(expression: &str) -> bool {
    let is_call = ["layout.", "self.", "form_errors."].iter().any(|start| expression.starts_with(start));
    !TEXTS.contains(&expression)
        && (is_call
            || OURS
                .iter()
                .any(|own| expression == *own || own.starts_with(['.', '|']) && expression.ends_with(own)))
}

/// Whether the content of an element has a direction of its own, or is never seen.
fn is_directed(tag: &str) -> bool {
    tag.contains(" dir=\"auto\"")
        || ["<bdi", "<title", "<code"].iter().any(|start| tag.starts_with(start))
        || tag.contains("class=\"vh\"")
}

/// What is wrong in a template.
fn violations(source: &str) -> Vec<String> {
    let (mut wrong, mut open): (Vec<String>, Vec<&str>) = (Vec::new(), Vec::new());
    let (mut at, mut tag, mut is_title) = (0, None, false);
    while at < source.len() {
        let rest = &source[at..];
        let token =
            [("{{", "}}"), ("{%", "%}"), ("{#", "#}")].into_iter().find(|(start, _)| rest.starts_with(start));
        if let Some((start, end)) = token {
            let length = rest.find(end).expect("an end") + 2;
            let inner = rest[2..length - 2].trim_matches('-').trim();
            is_title = inner == "block title" || is_title && inner != "endblock";
            let is_text = start == "{{" && tag.is_none() && !is_title;
            if is_text && !is_ours(inner) && open.last().is_some_and(|tag| !is_directed(tag)) {
                wrong.push(format!("{inner} in {}", open.last().unwrap_or(&"")));
            }
            at += length;
            continue;
        }
        let next = rest.chars().next().map_or(1, char::len_utf8);
        match (tag, &rest[..next]) {
            (None, "<") => tag = Some(at),
            (Some(start), ">") => {
                let whole = &source[start..=at];
                let name = whole.trim_matches(['<', '>', '/']);
                let name =
                    name.split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or_default();
                if whole.starts_with("</") {
                    while open.pop().is_some_and(|last| !last[1..].starts_with(name)) {}
                } else if !whole.ends_with("/>") && !VOID.contains(&name) && !name.is_empty() {
                    open.push(whole);
                }
                if is_text_field(name, whole) && !whole.contains(" dir=\"auto\"") {
                    wrong.push(whole.to_owned());
                }
                tag = None;
            }
            _ => {}
        }
        at += next;
    }
    wrong
}

fn is_text_field(name: &str, tag: &str) -> bool {
    let others = ["hidden", "checkbox", "radio", "date", "number", "color", "password", "file"];
    !tag.starts_with("</") && name == "textarea"
        || name == "input" && !others.iter().any(|kind| tag.contains(&format!("type=\"{kind}\"")))
}

fn check(folder: &Path, count: &mut usize, wrong: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            check(&path, count, wrong);
            continue;
        }
        *count += 1;
        let source = std::fs::read_to_string(&path).expect("a template");
        wrong.extend(violations(&source).into_iter().map(|one| format!("{}: {one}", path.display())));
    }
}

#[test]
fn texts_of_people_have_their_own_direction() {
    let (mut count, mut wrong) = (0, Vec::new());
    check(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut count, &mut wrong);
    assert!(count > 25, "{count}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_text_without_a_direction_is_found() {
    assert_eq!(violations("<p class=\"x\">{{ title }}</p>"), ["title in <p class=\"x\">"]);
    assert_eq!(violations("<td dir=\"auto\">{{ title }}</td><td>{{ title }}</td>"), ["title in <td>"]);
    assert_eq!(violations("<p><bdi>{{ name }}</bdi> {{ name }}</p>"), ["name in <p>"]);
    assert_eq!(
        violations("<div class=\"prose\">{{ text|safe }}</div>"),
        ["text|safe in <div class=\"prose\">"]
    );
    assert_eq!(violations("<input name=\"q\">"), ["<input name=\"q\">"]);
    assert!(
        violations("<i title=\"{{ title }}\"><input type=\"date\"><b>{{ layout.t(\"x\") }}</b></i>")
            .is_empty()
    );
}
