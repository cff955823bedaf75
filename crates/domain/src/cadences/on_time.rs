//! The share of reports that came in time, over the last periods that have ended.

use super::standing::{Due, Schedule};
use base::clock::Time;

/// The number of periods of which the share of reports on time is.
pub const ENDED: usize = 12;
/// The number of longest periods that reach back beyond those.
const MOST_ENDED: i64 = 13;

impl Schedule {
    /// The last periods of a workspace that have ended, the oldest first: each with its beginning, and the instant at which its
    /// report was due. Earlier ones than of about a dozen periods of the rule in force are not looked for.
    pub fn ended(&self, created_at: Time, now: Time) -> Vec<(Time, Due)> {
        let Some(last) = self.phases.last() else { return Vec::new() };
        let looked_from = now.plus_seconds(-last.rule.every.longest_seconds() * MOST_ENDED);
        let mut from = self.beginning(created_at).max(looked_from);
        let mut ended = Vec::new();
        while let Some(due) = self.next(from).filter(|due| due.at <= now) {
            ended.push((from, due));
            from = due.at;
        }
        // The first one found may have begun earlier.
        let is_cut = self.beginning(created_at) < looked_from;
        let surplus = ended.len().saturating_sub(ENDED).max(usize::from(is_cut && !ended.is_empty()));
        ended.drain(..surplus);
        ended
    }
}

/// The number of periods for which a report came before it was overdue. A report answers for one period: for the one in which it
/// was written, or within the grace for the one before if that has none. Periods and reports are in their order.
pub fn on_time(periods: &[(Time, Due)], reports: &[Time]) -> usize {
    let (mut number, mut unused) = (0, reports);
    for (from, due) in periods {
        unused = &unused[unused.partition_point(|at| at <= from)..];
        let in_time = unused.partition_point(|at| *at <= due.at);
        // All those of the period count once.
        let used = if in_time > 0 {
            in_time
        } else {
            usize::from(unused.first().is_some_and(|at| *at < due.overdue_at))
        };
        number += usize::from(used > 0);
        unused = &unused[used..];
    }
    number
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Weekday, date};

    use super::super::due::Every;
    use super::super::standing::tests::{at, friday, phase};
    use super::*;

    #[test]
    fn a_report_is_on_time_for_one_period_until_it_is_overdue() {
        let cadence = friday(None);
        let now = at("2026-03-01T00:00:00Z");
        let periods = cadence.ended(at("2026-01-01T00:00:00Z"), now);
        let dues: Vec<_> = periods.iter().map(|(_, due)| due.at).collect();
        let expected =
            ["2026-02-06T15:00:00Z", "2026-02-13T15:00:00Z", "2026-02-20T15:00:00Z", "2026-02-27T15:00:00Z"];
        assert_eq!(dues, expected.map(at));
        let number = |reports: &[&str]| {
            let reports: Vec<_> = reports.iter().map(|text| at(text)).collect();
            on_time(&periods, &reports)
        };
        assert_eq!(number(&[]), 0);
        assert_eq!(number(&expected), 4);
        // Several in a week count once, and one before the cadence began does not count.
        assert_eq!(number(&["2026-02-01T00:00:00Z", "2026-02-10T00:00:00Z", "2026-02-12T00:00:00Z"]), 1);
        // Within the grace, a report answers for the week before, and not for its own one as well.
        assert_eq!(number(&["2026-02-07T14:59:59Z"]), 1);
        assert_eq!(number(&["2026-02-07T15:00:00Z"]), 1);
        assert_eq!(number(&["2026-02-07T10:00:00Z", "2026-02-14T10:00:00Z"]), 2);
        assert_eq!(number(&["2026-02-05T10:00:00Z", "2026-02-07T10:00:00Z"]), 2);
        // The last dozen, of a cadence that began long before.
        let long = Schedule::new(vec![phase(Every::Week(Weekday::Friday), "2024-02-04T10:00:00Z", None)]);
        let periods = long.ended(at("2024-01-01T00:00:00Z"), now);
        assert_eq!((periods.len(), periods[11].1.at), (ENDED, at(expected[3])));
        assert!(periods.windows(2).all(|two| two[0].1.at == two[1].0));
        let monthly = Schedule::new(vec![phase(Every::Month(31), "2024-02-04T10:00:00Z", None)]);
        assert_eq!(monthly.ended(at("2024-01-01T00:00:00Z"), now).len(), ENDED);
        // Nothing was due during a pause, and nothing has ended before the first instant.
        assert!(friday(Some(date(2026, 3, 2))).ended(at("2026-01-01T00:00:00Z"), now).is_empty());
        assert!(cadence.ended(at("2026-01-01T00:00:00Z"), at("2026-02-05T00:00:00Z")).is_empty());
    }
}
