//! Executions of one statement as one.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::deferred::Values;
use crate::{Statement, Value};

/// The numbers of executions that become one: not all, because a connection prepares a text for each.
const SIZES: [usize; 16] = [32, 28, 24, 20, 16, 14, 12, 10, 8, 7, 6, 5, 4, 3, 2, 1];
/// What precedes the parameters of a statement that can be deferred.
const GROUP: &str = "values (";

/// The texts that [`merged`] has made: one for each statement and number of executions, kept for the life of the process because
/// each connection prepares them.
static MERGED: LazyLock<Mutex<HashMap<(usize, usize), &'static str>>> = LazyLock::new(Mutex::default);

/// The statements to execute instead of executions of one, with their values.
pub fn merge(statement: Statement, executions: &[Values]) -> Vec<(Statement, Vec<Value<'static>>)> {
    let (mut all, mut rest) = (Vec::new(), executions);
    while let Some(size) = SIZES.into_iter().find(|size| *size <= rest.len()) {
        let (now, later) = rest.split_at(size);
        let values = now.iter().flat_map(|values| values.iter().cloned()).collect();
        all.push((Statement::plain(merged(statement.sql(), size)), values));
        rest = later;
    }
    all
}

/// The text of a statement with `count` groups of values instead of one.
fn merged(sql: &'static str, count: usize) -> &'static str {
    if count == 1 {
        return sql;
    }
    let mut texts = MERGED.lock().unwrap_or_else(PoisonError::into_inner);
    texts.entry((sql.as_ptr().addr(), count)).or_insert_with(|| repeated(sql, count).leak())
}

fn repeated(sql: &str, count: usize) -> String {
    let (before, group) = sql.split_once(GROUP).expect("a deferred statement has values");
    let mut depth = 1;
    let end = group.find(|letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        depth == 0
    });
    let (group, after) = group.split_at(end.expect("the values end"));
    let parts: Vec<_> = group.split('$').collect();
    let number_of = |part: &str| part.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(part.len());
    let parameters = parts[1..].iter().filter_map(|part| part[..number_of(part)].parse::<usize>().ok()).max();
    let mut text = format!("{before}{GROUP}{group}");
    for index in 1..count {
        text += "), (";
        text += parts[0];
        for part in &parts[1..] {
            let (number, rest) = part.split_at(number_of(part));
            let number: usize = number.parse().expect("a parameter has a number");
            write!(text, "${}{rest}", number + index * parameters.unwrap_or(0))
                .expect("a text takes any text");
        }
    }
    text + after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_values_are_repeated_with_the_next_numbers() {
        let sql = "with n (a, b) as (values (cast($1 as bigint), $2, $1)) insert into t select a, b from n";
        let expected = "with n (a, b) as (values (cast($1 as bigint), $2, $1), (cast($3 as bigint), $4, $3)) \
            insert into t select a, b from n";
        assert_eq!(repeated(sql, 2), expected);
        assert_eq!(repeated("insert into t values ($1)", 3), "insert into t values ($1), ($2), ($3)");
    }

    #[test]
    fn executions_are_merged_in_few_sizes() {
        let statement = Statement::plain("insert into t values ($1)");
        let executions: Vec<Values> = (0..77).map(|number| Values::from([Value::Int(number)])).collect();
        let all = merge(statement, &executions);
        assert_eq!(all.iter().map(|(_, values)| values.len()).collect::<Vec<_>>(), [32, 32, 12, 1]);
        assert!(std::ptr::eq(all[0].0.sql(), all[1].0.sql()), "a connection prepares it once");
        let numbers = all.iter().flat_map(|(_, values)| values).map(|value| match value {
            Value::Int(number) => *number,
            other => panic!("{other:?}"),
        });
        assert!(numbers.eq(0..77));
    }
}
