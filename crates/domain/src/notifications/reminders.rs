//! Reminders of reports that are owed by a cadence: which one has to be told at an instant, given what was told before. A
//! service that was away tells the latest one alone.

use crate::cadences::standing::Due;
use crate::notifications::Kind;
use crate::reporting_desk::State;
use base::clock::Time;

/// What was told of a workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The instant of the last reminder before a report is due.
    pub due_at: Option<Time>,
    /// The missed instant that was told last.
    pub missed_at: Option<Time>,
    /// How often it was told that it was missed.
    pub times: i64,
    /// Nothing from before this instant is told.
    pub quiet_until: Option<Time>,
}

/// What has to be told of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reminder {
    /// A report will be due; the owner is told.
    Due,
    /// A report is overdue; the owner is told.
    Overdue,
    /// It is overdue for another grace; the people who administer the workspace are told as well.
    OverdueAgain,
}

/// How often it is told that a report is overdue.
const MOST_TIMES: i64 = 2;

impl Reminder {
    /// The kind of the notification.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Due => Kind::ReportDue,
            Self::Overdue | Self::OverdueAgain => Kind::ReportOverdue,
        }
    }
}

impl Told {
    /// What has to be told of a workspace that owes a report, and what was told after that. Without a reminder, the instant
    /// lies in the time of which nothing is told.
    pub fn next(&self, state: State, due: Due, now: Time) -> Option<(Option<Reminder>, Self)> {
        let (reminder, since, after) = match state {
            State::Due if self.due_at.is_none_or(|told| told < due.at) => {
                (Reminder::Due, due.expected_from(), Self { due_at: Some(due.at), ..*self })
            }
            State::Overdue => {
                let grace = due.overdue_at.seconds_since(due.at);
                let again_at = due.overdue_at.plus_seconds(grace);
                let told = match self.missed_at {
                    Some(missed_at) if missed_at > due.at => MOST_TIMES,
                    Some(missed_at) if missed_at == due.at => self.times,
                    _ => 0,
                };
                let (reminder, since, times) = if now >= again_at {
                    (Reminder::OverdueAgain, again_at, MOST_TIMES)
                } else {
                    (Reminder::Overdue, due.overdue_at, 1)
                };
                if told >= times {
                    return None;
                }
                (reminder, since, Self { missed_at: Some(due.at), times, ..*self })
            }
            _ => return None,
        };
        let is_quiet = self.quiet_until.is_some_and(|until| since <= until);
        Some((Some(reminder).filter(|_| !is_quiet), after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600;

    fn due(at: i64, grace: i64) -> Due {
        let at = Time(0).plus_seconds(at * HOUR);
        Due { at, overdue_at: at.plus_seconds(grace * HOUR) }
    }

    fn hour(hour: i64) -> Time {
        Time(0).plus_seconds(hour * HOUR)
    }

    /// Tells what is to be told, as the store does.
    fn tell(told: &mut Told, state: State, due: Due, now: i64) -> Option<Reminder> {
        let (reminder, after) = told.next(state, due, hour(now))?;
        *told = after;
        reminder
    }

    #[test]
    fn each_reminder_is_told_once() {
        let (mut told, first) = (Told::default(), due(100, 24));
        assert_eq!(tell(&mut told, State::UpToDate, first, 51), None);
        assert_eq!(tell(&mut told, State::Due, first, 52), Some(Reminder::Due));
        assert_eq!(tell(&mut told, State::Due, first, 123), None);
        assert_eq!(tell(&mut told, State::Overdue, first, 124), Some(Reminder::Overdue));
        assert_eq!(tell(&mut told, State::Overdue, first, 147), None);
        assert_eq!(tell(&mut told, State::Overdue, first, 148), Some(Reminder::OverdueAgain));
        assert_eq!(tell(&mut told, State::Overdue, first, 900), None);
        // The next period begins anew; an earlier instant that is owed again is not told again.
        let second = due(268, 24);
        assert_eq!(tell(&mut told, State::Due, second, 220), Some(Reminder::Due));
        assert_eq!(tell(&mut told, State::Due, first, 221), None);
        assert_eq!(tell(&mut told, State::Overdue, second, 292), Some(Reminder::Overdue));
        assert_eq!(tell(&mut told, State::Overdue, first, 293), None);
        for state in [State::Paused, State::Exempt] {
            assert_eq!(told.next(state, due(400, 24), hour(999)), None);
        }
    }

    #[test]
    fn a_service_that_was_away_tells_the_latest_reminder_alone() {
        let mut told = Told::default();
        assert_eq!(tell(&mut told, State::Overdue, due(100, 24), 5_000), Some(Reminder::OverdueAgain));
        assert_eq!(tell(&mut told, State::Overdue, due(100, 24), 5_001), None);
        // Without a grace, both times are one.
        let mut told = Told::default();
        assert_eq!(tell(&mut told, State::Overdue, due(100, 0), 100), Some(Reminder::OverdueAgain));
        assert_eq!(tell(&mut told, State::Overdue, due(100, 0), 101), None);
    }

    #[test]
    fn what_an_import_brought_in_is_not_told() {
        let mut told = Told { quiet_until: Some(hour(130)), ..Told::default() };
        assert_eq!(tell(&mut told, State::Overdue, due(100, 24), 131), None);
        assert_eq!(told.times, 1);
        assert_eq!(tell(&mut told, State::Overdue, due(100, 24), 148), Some(Reminder::OverdueAgain));
        assert_eq!(tell(&mut told, State::Due, due(268, 24), 220), Some(Reminder::Due));
    }
}
