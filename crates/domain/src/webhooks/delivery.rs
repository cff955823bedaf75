//! Deliveries: their attempts, and when they are tried again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::named::named;
use base::clock::Time;

/// The seconds after which a delivery is tried again, by the number of tries before.
const DELAYS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// The longest `Retry-After` that is respected, in seconds.
const LONGEST_DELAY: i64 = 86_400;
/// After this number of seconds of nothing but failures, an endpoint is disabled.
pub const PATIENCE: i64 = 5 * 86_400;
/// The number of attempts that a delivery shows: the latest.
pub const MOST_ATTEMPTS: usize = 50;

/// The type of a test.
pub const TEST: &str = "statuary.test";

/// The state of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "WebhookDeliveryState")]
pub enum State {
    /// It is tried again.
    Pending,
    /// The receiver has it.
    Succeeded,
    /// It is not tried again.
    Failed,
}

named!(State { Pending = "pending", Succeeded = "succeeded", Failed = "failed" });

db::named_column! { State: named, name; }

/// An attempt to deliver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WebhookAttempt")]
pub struct Attempt {
    /// When it began.
    pub at: Time,
    /// The status of the answer; none without an answer.
    pub status: Option<u16>,
    /// How long it took.
    pub milliseconds: u64,
    /// Why it failed; none if it succeeded.
    pub error: Option<String>,
}

impl Attempt {
    /// Whether the receiver has the message.
    pub const fn is_success(&self) -> bool {
        self.error.is_none()
    }

    /// Whether the receiver wants no more messages.
    pub fn is_gone(&self) -> bool {
        self.status == Some(410)
    }
}

/// A delivery of a message to an endpoint.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Unique in the store; they grow in the order of the queue.
    pub id: i64,
    /// The endpoint.
    pub endpoint_id: i64,
    /// The event; none for a test.
    pub event_sequence: Option<i64>,
    /// The id of the message, the same at each attempt.
    pub message_id: String,
    /// The type of the event.
    pub type_name: String,
    /// The state.
    pub state: State,
    /// The latest attempts, in their order.
    pub attempts: Vec<Attempt>,
    /// The number of attempts since it was queued or retried.
    pub tries: i64,
    /// When it is tried again; none once it is not pending.
    pub next_attempt_at: Option<Time>,
    /// When it was queued.
    pub created_at: Time,
}

/// The time of the next attempt after a number of failures, with 10 % more or less; `None` after the last one. `random` is
/// uniform; `retry_after` is what the receiver asked for, in seconds.
pub fn next_attempt(now: Time, failures: i64, retry_after: Option<i64>, random: u64) -> Option<Time> {
    let delay = *DELAYS.get(usize::try_from(failures - 1).ok()?)?;
    let span = delay * 200_000;
    let jitter = i64::try_from(random % span.unsigned_abs()).unwrap_or_default() - span / 2;
    let micros =
        (delay * 1_000_000 + jitter).max(retry_after.unwrap_or(0).clamp(0, LONGEST_DELAY) * 1_000_000);
    Some(Time(now.0 + micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_follow_the_table_with_ten_percent_more_or_less() {
        for (failures, delay) in (1..).zip(DELAYS) {
            for random in [0, 1, u64::MAX / 2, u64::MAX, 123_456_789_012_345] {
                let next = next_attempt(Time(0), failures, None, random).expect("another attempt").0;
                assert!((delay * 900_000..=delay * 1_100_000).contains(&next), "{failures}: {next}");
            }
        }
        assert_eq!(next_attempt(Time(0), 10, None, 0), None);
        assert_eq!(next_attempt(Time(0), 10, Some(7), 0), None);
    }

    #[test]
    fn a_receiver_may_ask_for_more_time_up_to_a_day() {
        let next = |asked| next_attempt(Time(0), 1, Some(asked), 0).expect("another attempt").0;
        assert_eq!(next(60), 60_000_000);
        assert_eq!(next(1), 4_500_000);
        assert_eq!(next(-5), 4_500_000);
        assert_eq!(next(i64::MAX), 86_400_000_000);
    }
}
