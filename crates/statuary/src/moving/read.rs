//! Reading members of JSON objects of another server.

use base::clock::{Date, Time};
use serde_json::Value;

/// A member; null if it is absent.
pub fn member<'v>(object: &'v Value, name: &str) -> &'v Value {
    object.get(name).unwrap_or(&Value::Null)
}

/// An id: a number, or its text.
pub fn id(value: &Value) -> Option<i64> {
    let read = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok());
    read.filter(|id| *id > 0)
}

/// The id of an object.
pub fn id_of(object: &Value) -> Result<i64, String> {
    id(member(object, "id")).ok_or_else(|| "it has no `id`".to_owned())
}

/// A text that is not blank, without null bytes, which no store keeps.
pub fn text(object: &Value, name: &str) -> Option<String> {
    let text = member(object, name).as_str()?.replace('\0', "");
    Some(text).filter(|text| !text.trim().is_empty())
}

/// The id at the end of a link of OpenProject (0 if the link is null), and the link.
pub fn linked(object: &Value, name: &str) -> (i64, Value) {
    let link = member(member(object, "_links"), name);
    let href = text(link, "href").unwrap_or_default();
    let end = href.rsplit('/').next().and_then(|end| end.parse().ok());
    (end.unwrap_or_default(), link.clone())
}

/// A flag; false if it is absent.
pub fn flag(object: &Value, name: &str) -> bool {
    member(object, name).as_bool().unwrap_or_default()
}

/// A day; an empty text is none.
pub fn day(object: &Value, name: &str) -> Result<Option<Date>, String> {
    let day = text(object, name).map(|text| text.parse().map_err(|_| format!("`{name}` is not a date")));
    day.transpose()
}

/// An instant.
pub fn time(object: &Value, name: &str) -> Result<Time, String> {
    optional_time(object, name)?.ok_or_else(|| format!("it has no `{name}`"))
}

/// An instant that may be absent.
pub fn optional_time(object: &Value, name: &str) -> Result<Option<Time>, String> {
    let time = text(object, name);
    time.map(|text| Time::parse_lenient(&text).map_err(|_| format!("`{name}` is not a time"))).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_are_read_in_every_form_that_servers_write() {
        let object = json!({
            "number": 7, "text": " 7 ", "none": "", "zero": 0, "nul": "a\u{0}b", "day": "2026-09-30",
            "wrong": "soon", "time": "2026-01-30T11:42:13-08:00"
        });
        let ids = ["number", "text", "none", "zero", "absent"].map(|name| id(member(&object, name)));
        assert_eq!(ids, [Some(7), Some(7), None, None, None]);
        assert_eq!(text(&object, "nul").as_deref(), Some("ab"));
        assert_eq!(text(&object, "none"), None);
        assert_eq!(
            day(&object, "day").map(|day| day.map(|day| day.to_string())),
            Ok(Some("2026-09-30".into()))
        );
        assert_eq!(day(&object, "none"), Ok(None));
        assert_eq!(day(&object, "wrong"), Err("`wrong` is not a date".into()));
        assert_eq!(time(&object, "time").map(|time| time.to_string()), Ok("2026-01-30T19:42:13Z".into()));
        assert_eq!(time(&object, "absent"), Err("it has no `absent`".into()));
        assert_eq!(optional_time(&object, "wrong"), Err("`wrong` is not a time".into()));
    }
}
