//! The filters of lists of work packages: `docs/contracts/openproject-work-packages.md#filters`.

mod condition;

use serde_json::{Map, Value, json};

use self::condition::{Condition, Kind, condition};
use crate::Error;
use base::clock::Time;
use db::Conn;
use domain::auth::Caller;
use domain::error::Result;
use domain::ids::{UserId, WorkPackageId, WorkspaceId};
use domain::span::Span;
use domain::text::without_nul;
use domain::work_packages::constants::{priority_of, type_of};
use domain::work_packages::store::{Days, Filter, Values, Words, read};
use domain::workspaces::dates::MOST_DAYS;
use domain::{statuses, users, workspaces};
use service::openapi::schema;

/// A day in seconds.
const DAY: i64 = 86_400;
/// The maximum number of texts to search for in one request.
const TEXTS: usize = 20;
/// The longest text to search for, in characters.
const LONGEST: usize = 255;

/// Reads the filters of a list, which are combined with AND. Without filters, only open work packages are listed. `project` is
/// that of the path, which a filter by project replaces.
///
/// # Errors
/// [`Error::InvalidQuery`] with a message for each wrong filter.
pub async fn read_filters(
    conn: &mut Conn,
    caller: &Caller,
    text: Option<&str>,
    project: Option<WorkspaceId>,
    now: Time,
) -> Result<Filter, Error> {
    let mut filter = Filter::default();
    let only = |id: WorkspaceId| Some(vec![id.0]);
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
        filter.is_closed = Some(false);
        filter.project.only = project.and_then(only);
        return Ok(filter);
    };
    let malformed = || Error::InvalidQuery(vec!["The parameter filters is malformed.".into()]);
    let sent: Vec<Map<String, Value>> = serde_json::from_str(text).map_err(|_| malformed())?;
    let mut wrong = Vec::new();
    let mut conditions = Vec::new();
    for one in &sent {
        without_nul(one)?;
        for (name, value) in one {
            match condition(name, value) {
                Ok(condition) => conditions.push(condition),
                Err(messages) => wrong.extend(messages),
            }
        }
    }
    if conditions.iter().all(|condition| condition.kind != Kind::Project) {
        filter.project.only = project.and_then(only);
    }
    for condition in &conditions {
        if let Err(message) = narrow(conn, caller, &mut filter, condition, now).await? {
            wrong.push(message);
        }
    }
    let texts = [&filter.subject, &filter.description].map(|words| words.all.len() + words.not.len());
    let others = filter.search.len() + filter.typeahead.len() + filter.subject_or_id.len();
    if texts.iter().sum::<usize>() + others > TEXTS {
        wrong.push(format!("The filters search for more than {TEXTS} words."));
    }
    if wrong.is_empty() { Ok(filter) } else { Err(Error::InvalidQuery(wrong)) }
}

/// Adds a condition; the inner error is the message for a wrong one.
async fn narrow(
    conn: &mut Conn,
    caller: &Caller,
    filter: &mut Filter,
    condition: &Condition,
    now: Time,
) -> Result<Result<(), String>, Error> {
    let is_impossible = &mut filter.is_impossible;
    let kept = match condition.kind {
        Kind::Status => match condition.operator.as_str() {
            "*" => return Ok(Ok(())),
            operator @ ("o" | "c") => {
                let is_closed = operator == "c";
                *is_impossible |= *filter.is_closed.get_or_insert(is_closed) != is_closed;
                return Ok(Ok(()));
            }
            _ => &mut filter.status,
        },
        Kind::Type => &mut filter.kind,
        Kind::Priority => &mut filter.priority,
        Kind::Project => &mut filter.project,
        Kind::Author => &mut filter.author,
        Kind::Assignee => &mut filter.assignee,
        Kind::Responsible => &mut filter.responsible,
        Kind::Id => &mut filter.id,
        Kind::Parent => &mut filter.parent,
        Kind::Percent => return Ok(numbers(&mut filter.percent, is_impossible, condition, integer)),
        Kind::Work => return Ok(numbers(&mut filter.work, is_impossible, condition, hours)),
        Kind::Remaining => return Ok(numbers(&mut filter.remaining, is_impossible, condition, hours)),
        Kind::StartDate => return Ok(days(&mut filter.start, is_impossible, condition, now)),
        Kind::DueDate => return Ok(days(&mut filter.due, is_impossible, condition, now)),
        Kind::CreatedAt => return Ok(instants(&mut filter.created, condition, now)),
        Kind::UpdatedAt => return Ok(instants(&mut filter.updated, condition, now)),
        Kind::Subject => return Ok(words(&mut filter.subject, condition)),
        Kind::Description => return Ok(words(&mut filter.description, condition)),
        Kind::Search => return Ok(texts(&mut filter.search, condition, true)),
        Kind::Typeahead => return Ok(texts(&mut filter.typeahead, condition, true)),
        Kind::SubjectOrId => return Ok(texts(&mut filter.subject_or_id, condition, false)),
    };
    if let Some(is_set) = set(&condition.operator) {
        *is_impossible |= *kept.is_set.get_or_insert(is_set) != is_set;
        return Ok(Ok(()));
    }
    if condition.values.is_empty() {
        return Ok(Err(condition.blank()));
    }
    let Some(ids) = known(conn, caller, condition).await? else { return Ok(Err(condition.invalid())) };
    pick(kept, condition.operator == "!", ids);
    Ok(Ok(()))
}

fn set(operator: &str) -> Option<bool> {
    match operator {
        "*" => Some(true),
        "!*" => Some(false),
        _ => None,
    }
}

fn pick(kept: &mut Values, is_not: bool, values: Vec<i64>) {
    if is_not {
        kept.not.extend(values);
    } else if let Some(only) = &mut kept.only {
        only.retain(|value| values.contains(value));
    } else {
        kept.only = Some(values);
    }
}

/// The ids in the values of a filter; `None` if one of them has no record that the caller sees.
async fn known(conn: &mut Conn, caller: &Caller, condition: &Condition) -> Result<Option<Vec<i64>>, Error> {
    let is_person = matches!(condition.kind, Kind::Author | Kind::Assignee | Kind::Responsible);
    let id = |text: &String| match text.trim() {
        "me" if is_person => Some(caller.user_id.0),
        text => text.parse::<i64>().ok(),
    };
    let Some(mut ids) = condition.values.iter().map(id).collect::<Option<Vec<i64>>>() else {
        return Ok(None);
    };
    ids.sort_unstable();
    ids.dedup();
    let account_id = caller.account_id;
    let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    let found: Vec<i64> = match condition.kind {
        Kind::Status => {
            let all = statuses::store::list(conn, account_id).await?;
            all.iter().map(|status| status.id).filter(|id| ids.contains(id)).collect()
        }
        Kind::Type => ids.iter().copied().filter(|id| type_of(*id).is_some()).collect(),
        Kind::Priority => ids.iter().copied().filter(|id| priority_of(*id).is_some()).collect(),
        Kind::Project => {
            let wanted = ids.iter().copied().map(WorkspaceId).collect();
            let seen = workspaces::store::with_ids_seen(conn, caller, &wanted).await?;
            seen.iter().filter(|one| !one.workspace.archived).map(|one| one.workspace.id.0).collect()
        }
        Kind::Id | Kind::Parent => {
            let wanted = ids.iter().copied().map(WorkPackageId).collect();
            read::seen(conn, caller, &wanted).await?.into_iter().map(|id| id.0).collect()
        }
        _ => {
            let wanted = ids.iter().copied().map(UserId).collect();
            let (seen, _) = users::store::seen(conn, caller, Some(&wanted), count, 0).await?;
            seen.iter().map(|user| user.id.0).collect()
        }
    };
    Ok((found.len() == ids.len()).then_some(ids))
}

/// Reads an integer, or says what it is not.
fn integer(text: &str) -> Result<i64, &'static str> {
    text.trim().parse().map_err(|_| "an integer")
}

/// Reads a number of hours as hundredths, or says what it is not.
fn hours(text: &str) -> Result<i64, &'static str> {
    let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite() && number.abs() < 1e12);
    let hundredths = number.and_then(|number| format!("{:.0}", number * 100.0).parse().ok());
    hundredths.ok_or("a number")
}

fn numbers(
    kept: &mut Values,
    is_impossible: &mut bool,
    condition: &Condition,
    read: fn(&str) -> Result<i64, &'static str>,
) -> Result<(), String> {
    if let Some(is_set) = set(&condition.operator) {
        *is_impossible |= *kept.is_set.get_or_insert(is_set) != is_set;
        return Ok(());
    }
    let values: Result<Vec<i64>, _> = condition.values.iter().map(|text| read(text)).collect();
    let values = values.map_err(|what| condition.not(what))?;
    let first = *values.first().ok_or_else(|| condition.blank())?;
    match condition.operator.as_str() {
        ">=" => kept.from = Some(kept.from.map_or(first, |from| from.max(first))),
        "<=" => kept.to = Some(kept.to.map_or(first, |to| to.min(first))),
        operator => pick(kept, operator == "!", values),
    }
    Ok(())
}

/// The number of days in the first value.
fn day_count(condition: &Condition) -> Result<i64, String> {
    let first = condition.values.first().ok_or_else(|| condition.blank())?;
    let days = first.trim().parse().ok().filter(|days| (0..=MOST_DAYS).contains(days));
    days.ok_or_else(|| condition.not("an integer"))
}

/// The monday of a week, in days from today.
fn monday(now: Time) -> i64 {
    // The first day of the Unix epoch is a Thursday.
    -(now.unix_seconds().div_euclid(DAY) + 3).rem_euclid(7)
}

/// A first and a last day, in days from today.
type Range = (Option<i64>, Option<i64>);

/// The first and the last day of an operator that counts days from today; `None` for another operator.
fn counted(condition: &Condition, now: Time) -> Result<Option<Range>, String> {
    let days = || day_count(condition);
    Ok(Some(match condition.operator.as_str() {
        "t" => (Some(0), Some(0)),
        "w" => (Some(monday(now)), Some(monday(now) + 6)),
        "t-" => (Some(-days()?), Some(-days()?)),
        "<t-" => (None, Some(-days()?)),
        ">t-" => (Some(-days()?), Some(0)),
        "t+" => (Some(days()?), Some(days()?)),
        "<t+" => (Some(0), Some(days()?)),
        ">t+" => (Some(days()?), None),
        _ => return Ok(None),
    }))
}

/// The values of `=d` and `<>d`; an empty side is open.
fn bounds(condition: &Condition) -> Result<(Option<&str>, Option<&str>), String> {
    let filled = |text: &'_ String| !text.trim().is_empty();
    match (condition.operator.as_str(), condition.values.as_slice()) {
        ("=d", [day, ..]) if filled(day) => Ok((Some(day.trim()), Some(day.trim()))),
        ("<>d", [from, to, ..]) if filled(from) || filled(to) => {
            Ok((filled(from).then(|| from.trim()), filled(to).then(|| to.trim())))
        }
        _ => Err(condition.blank()),
    }
}

fn days(kept: &mut Days, is_impossible: &mut bool, condition: &Condition, now: Time) -> Result<(), String> {
    if let Some(is_set) = set(&condition.operator) {
        *is_impossible |= *kept.is_set.get_or_insert(is_set) != is_set;
        return Ok(());
    }
    let from_today = |days: i64| now.plus_seconds(days * DAY).date().map(|day| day.to_string());
    let (from, to) = if let Some((from, to)) = counted(condition, now)? {
        // A day before the year 0 is before every date.
        let first = from.and_then(from_today);
        if to.is_some_and(|to| from_today(to).is_none()) {
            *is_impossible = true;
        }
        (first, to.and_then(from_today))
    } else {
        let (from, to) = bounds(condition)?;
        let day = |text: &str| {
            let day = text.parse::<base::clock::Date>().map(|day| day.to_string());
            day.map_err(|_| condition.not("a valid date"))
        };
        (from.map(day).transpose()?, to.map(day).transpose()?)
    };
    if let Some(from) = from {
        kept.from = Some(kept.from.take().map_or(from.clone(), |kept| kept.max(from)));
    }
    if let Some(to) = to {
        kept.to = Some(kept.to.take().map_or(to.clone(), |kept| kept.min(to)));
    }
    Ok(())
}

fn instants(kept: &mut Span, condition: &Condition, now: Time) -> Result<(), String> {
    let today = now.day();
    let span = if let Some((from, to)) = counted(condition, now)? {
        let start = from.map_or(Time::MIN, |days| today.plus_seconds(days * DAY));
        Span::new(start, to.map_or(Time::MAX, |days| today.plus_seconds((days + 1) * DAY)))
    } else {
        let (from, to) = bounds(condition)?;
        let read = |text: &str| Time::parse_lenient(text).map_err(|_| condition.not("a valid date time"));
        let (from, to) = (from.map(read).transpose()?, to.map(read).transpose()?);
        match condition.operator.as_str() {
            "=d" => {
                let start = from.unwrap_or(Time::MIN);
                Span::new(start, start.plus_seconds(DAY))
            }
            // Answers show milliseconds, so that the last one is whole.
            _ => Span::new(from.unwrap_or(Time::MIN), to.map_or(Time::MAX, |to| Time(to.0 + 1000))),
        }
    };
    *kept = kept.overlap(span);
    Ok(())
}

/// The words of the values, in lower case.
fn words_of(condition: &Condition) -> Result<Vec<String>, String> {
    let words: Vec<String> = condition
        .values
        .iter()
        .flat_map(|text| text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>())
        .collect();
    if words.is_empty() {
        return Err(condition.blank());
    }
    if words.iter().any(|word| word.chars().nth(LONGEST).is_some()) {
        return Err(format!("{} is too long (maximum is {LONGEST} characters).", condition.label));
    }
    Ok(words)
}

fn words(kept: &mut Words, condition: &Condition) -> Result<(), String> {
    let words = words_of(condition)?;
    if condition.operator == "!~" {
        kept.not.push(words);
    } else {
        kept.all.extend(words);
    }
    Ok(())
}

/// Adds the words of the values, or each value as a whole.
fn texts(kept: &mut Vec<String>, condition: &Condition, as_words: bool) -> Result<(), String> {
    let words = words_of(condition)?;
    if as_words {
        kept.extend(words);
    } else {
        kept.extend(condition.values.iter().map(|text| text.trim().to_lowercase()));
    }
    Ok(())
}

/// The schema of the parameter `filters`.
pub fn filters() -> Value {
    let values = json!({ "type": ["array", "null"], "items": { "type": ["string", "integer"] } });
    let filter =
        schema::object(&["operator"], &[("operator", json!({ "type": "string" })), ("values", values)]);
    json!({ "type": "array", "items": { "type": "object", "additionalProperties": filter } })
}
