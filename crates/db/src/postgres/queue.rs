//! Queues of the writes of each account, and the turns in which tasks run them. In a turn, a task runs the writes of all accounts
//! that wait, up to a number, in one transaction.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::unit::{Failure, Unit};
use crate::{Error, Result};

/// The largest number of writes of one account that wait.
pub const LENGTH: usize = 256;
/// The largest number of accounts in a turn.
const ACCOUNTS: usize = 8;

/// A write that waits.
pub struct WriteJob {
    pub unit: Unit,
    pub response: oneshot::Sender<Result<(), Failure>>,
}

/// The number of a job in its queue.
pub type Ticket = u64;

/// The queues of the accounts that have writes.
#[derive(Clone)]
pub struct Queues(Arc<Mutex<State>>);

struct State {
    queues: HashMap<i64, Queue>,
    /// The accounts that wait for a turn.
    ready: VecDeque<i64>,
    /// The number of tasks that count against the limit.
    tasks: usize,
    /// The limit.
    most: usize,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<(Ticket, WriteJob)>,
    last: Ticket,
    has_turn: bool,
}

/// A task that runs turns until no account is ready.
pub struct Task {
    queues: Queues,
    counts: bool,
}

/// The right and the duty to run the writes of some accounts. If it is dropped before its end, the writes that still wait fail.
pub struct Turn {
    queues: Queues,
    accounts: Vec<i64>,
    /// The index of the account whose write is next.
    next: usize,
    has_ended: bool,
}

impl State {
    /// Whether a further task has to run, which counts from now on.
    fn begin_task(&mut self) -> bool {
        let begins = !self.ready.is_empty() && self.tasks < self.most;
        self.tasks += usize::from(begins);
        begins
    }

    /// Gives accounts that wait for a turn theirs, at most `most` of them.
    fn take_ready(&mut self, most: usize) -> Vec<i64> {
        let count = self.ready.len().min(most);
        let accounts: Vec<_> = self.ready.drain(..count).collect();
        for account in &accounts {
            self.queues.entry(*account).or_default().has_turn = true;
        }
        accounts
    }
}

impl Queues {
    /// Empty queues. At most `tasks` tasks run turns at a time; a task whose turn takes long does not count.
    pub fn new(tasks: usize) -> Self {
        Self(Arc::new(Mutex::new(State {
            queues: HashMap::new(),
            ready: VecDeque::new(),
            tasks: 0,
            most: tasks,
        })))
    }

    /// Adds a write to the queue of an account. Returns a further task if one has to run.
    pub fn push(&self, account_id: i64, job: WriteJob) -> Result<(Ticket, Option<Task>)> {
        let mut state = self.locked();
        let State { queues, ready, .. } = &mut *state;
        let queue = queues.entry(account_id).or_default();
        if queue.waiting.len() >= LENGTH {
            return Err(Error::Unavailable("too many writers of this account are waiting".into()));
        }
        queue.last += 1;
        let ticket = queue.last;
        if !queue.has_turn && queue.waiting.is_empty() {
            ready.push_back(account_id);
        }
        queue.waiting.push_back((ticket, job));
        Ok((ticket, state.begin_task().then(|| self.task())))
    }

    /// Removes a write that still waits. Returns whether it did.
    pub fn withdraw(&self, account_id: i64, ticket: Ticket) -> bool {
        let mut state = self.locked();
        let Some(queue) = state.queues.get_mut(&account_id) else { return false };
        let before = queue.waiting.len();
        queue.waiting.retain(|(waiting, _)| *waiting != ticket);
        let is_removed = queue.waiting.len() < before;
        if queue.waiting.is_empty() && !queue.has_turn {
            state.queues.remove(&account_id);
            state.ready.retain(|id| *id != account_id);
        }
        is_removed
    }

    /// A further task, if one has to run.
    pub fn begin_task(&self) -> Option<Task> {
        self.locked().begin_task().then(|| self.task())
    }

    fn task(&self) -> Task {
        Task { queues: self.clone(), counts: true }
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Task {
    /// The next turn; `None` if no account is ready, which ends the task.
    pub fn take_turn(&mut self) -> Option<Turn> {
        let mut state = self.queues.locked();
        let accounts = state.take_ready(ACCOUNTS);
        if accounts.is_empty() {
            state.tasks -= usize::from(std::mem::take(&mut self.counts));
            return None;
        }
        drop(state);
        Some(Turn::new(self.queues.clone(), accounts))
    }

    /// Makes room for a further task, which is returned if one has to run. This one ends after its turn.
    pub fn make_room(&mut self) -> Option<Self> {
        let mut state = self.queues.locked();
        state.tasks -= usize::from(std::mem::take(&mut self.counts));
        state.begin_task().then(|| self.queues.task())
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if self.counts {
            self.queues.locked().tasks -= 1;
        }
    }
}

impl Turn {
    fn new(queues: Queues, accounts: Vec<i64>) -> Self {
        Self { queues, accounts, next: 0, has_ended: false }
    }

    /// A turn of the accounts that wait for one by now, as many as this turn may still get.
    pub fn further(&self) -> Option<Self> {
        let accounts = self.queues.locked().take_ready(ACCOUNTS - self.accounts.len());
        (!accounts.is_empty()).then(|| Self::new(self.queues.clone(), accounts))
    }

    /// Adds the accounts of another turn.
    pub fn join(&mut self, mut other: Self) {
        self.accounts.append(&mut other.accounts);
    }

    /// The accounts.
    pub fn accounts(&self) -> &[i64] {
        &self.accounts
    }

    /// The next write, if one waits, and its account. The accounts alternate.
    pub fn next(&mut self) -> Option<(i64, WriteJob)> {
        let mut state = self.queues.locked();
        for _ in 0..self.accounts.len() {
            let account = self.accounts[self.next % self.accounts.len()];
            self.next += 1;
            if let Some((_, job)) = state.queues.get_mut(&account).and_then(|queue| queue.waiting.pop_front())
            {
                return Some((account, job));
            }
        }
        None
    }

    /// The number of writes that wait.
    pub fn waiting(&self) -> usize {
        let state = self.queues.locked();
        let waiting = |account: &i64| state.queues.get(account).map_or(0, |queue| queue.waiting.len());
        self.accounts.iter().map(waiting).sum()
    }

    /// All writes that wait.
    pub fn all(&self) -> Vec<WriteJob> {
        let mut state = self.queues.locked();
        let mut all = Vec::new();
        for account in &self.accounts {
            let waiting = state.queues.get_mut(account).map(|queue| std::mem::take(&mut queue.waiting));
            all.extend(waiting.into_iter().flatten().map(|(_, job)| job));
        }
        all
    }

    /// Keeps some of the accounts. Returns a turn for each of the others.
    pub fn keep(&mut self, kept: &[i64]) -> Vec<Self> {
        let (kept, others) = self.accounts.iter().partition(|account| kept.contains(account));
        self.accounts = kept;
        let alone = |account| Self::new(self.queues.clone(), vec![account]);
        Vec::into_iter(others).map(alone).collect()
    }

    /// Ends the turn. The accounts that have further writes are ready for the next one.
    pub fn end(mut self) {
        let mut state = self.queues.locked();
        let State { queues, ready, .. } = &mut *state;
        for account in &self.accounts {
            match queues.get_mut(account) {
                Some(queue) if !queue.waiting.is_empty() => {
                    queue.has_turn = false;
                    ready.push_back(*account);
                }
                _ => drop(queues.remove(account)),
            }
        }
        drop(state);
        self.has_ended = true;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.has_ended {
            let mut state = self.queues.locked();
            for account in &self.accounts {
                state.queues.remove(account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ACCOUNTS, LENGTH, Queues, Task, WriteJob};
    use crate::Result;
    use crate::unit::Failure;
    use tokio::sync::oneshot;
    use tokio::sync::oneshot::Receiver;

    fn job() -> (WriteJob, Receiver<Result<(), Failure>>) {
        let (response, receiver) = oneshot::channel();
        (WriteJob { unit: Box::new(|_| Box::pin(async { Ok(()) })), response }, receiver)
    }

    fn push(queues: &Queues, account: i64) -> Option<Task> {
        queues.push(account, job().0).expect("a place").1
    }

    fn is_empty(queues: &Queues) -> bool {
        let state = queues.locked();
        state.queues.is_empty() && state.ready.is_empty() && state.tasks == 0
    }

    #[test]
    fn a_queue_is_bounded_and_removed_when_it_is_empty() {
        let queues = Queues::new(2);
        let mut task = push(&queues, 1).expect("a task for the first write");
        let turn = task.take_turn().expect("a turn");
        for _ in 1..LENGTH {
            assert!(push(&queues, 1).is_none());
        }
        assert_eq!(turn.waiting(), LENGTH);
        assert!(queues.push(1, job().0).is_err() && queues.push(2, job().0).is_ok());
        turn.end();
        let mut turn = task.take_turn().expect("a turn for both");
        assert_eq!(turn.accounts(), [2, 1]);
        assert_eq!([turn.next(), turn.next()].map(|next| next.expect("a write").0), [2, 1], "in turns");
        assert!((1..LENGTH).all(|_| turn.next().is_some()) && turn.next().is_none());
        turn.end();
        assert!(task.take_turn().is_none());
        drop(task);
        assert!(is_empty(&queues));
    }

    #[test]
    fn accounts_share_turns_and_few_tasks_run() {
        let queues = Queues::new(2);
        let mut tasks: Vec<_> = (0..16).filter_map(|account| push(&queues, account)).collect();
        assert_eq!(tasks.len(), 2);
        let turns: Vec<_> = tasks.iter_mut().map(|task| task.take_turn().expect("a turn")).collect();
        assert!(turns.iter().all(|turn| turn.accounts().len() == ACCOUNTS));
        // A turn that takes long makes room for another task once there is work for it.
        assert!(tasks[0].make_room().is_none());
        let mut further = push(&queues, 100).expect("a further task");
        assert_eq!(further.take_turn().expect("a turn").accounts(), [100]);
        turns.into_iter().for_each(super::Turn::end);
        assert!(queues.begin_task().is_none(), "as many tasks run as may");
        drop(further);
        assert!(queues.begin_task().is_some(), "the writes that were not run wait for another turn");
    }

    #[test]
    fn accounts_that_are_locked_elsewhere_get_turns_of_their_own() {
        let queues = Queues::new(2);
        let mut task = push(&queues, 1).expect("a task");
        drop([2, 3].map(|account| push(&queues, account)));
        let mut turn = task.take_turn().expect("a turn");
        let others = turn.keep(&[2]);
        assert_eq!(turn.accounts(), [2]);
        assert_eq!(others.iter().map(|turn| turn.accounts()[0]).collect::<Vec<_>>(), [1, 3]);
        assert!(push(&queues, 1).is_none(), "it has a turn");
    }

    #[test]
    fn a_turn_takes_accounts_whose_writes_have_come_meanwhile() {
        let queues = Queues::new(1);
        let mut task = push(&queues, 0).expect("a task");
        let mut turn = task.take_turn().expect("a turn");
        assert!(turn.next().is_some() && turn.further().is_none());
        (1..).take(ACCOUNTS).for_each(|account| drop(push(&queues, account)));
        let mut further = turn.further().expect("further accounts");
        assert_eq!(further.accounts().len(), ACCOUNTS - 1);
        let others = further.keep(&[1, 2]);
        assert_eq!(others.len(), ACCOUNTS - 3);
        others.into_iter().for_each(super::Turn::end);
        turn.join(further);
        assert_eq!(turn.accounts(), [0, 1, 2]);
        assert!(turn.next().is_some() && turn.next().is_some() && turn.next().is_none());
        turn.end();
        let rest = task.take_turn().expect("a turn of those that are left");
        assert_eq!(rest.accounts().len(), ACCOUNTS - 2);
    }

    #[test]
    fn a_write_that_waits_is_withdrawn_once() {
        let queues = Queues::new(2);
        let mut task = push(&queues, 1).expect("a task");
        let mut turn = task.take_turn().expect("a turn");
        let (ticket, _) = queues.push(1, job().0).expect("a place");
        assert!(queues.withdraw(1, ticket) && !queues.withdraw(1, ticket));
        assert!(turn.next().is_some() && turn.next().is_none());
        turn.end();
        let (ticket, _) = queues.push(7, job().0).expect("a place");
        assert!(queues.withdraw(7, ticket));
        assert!(task.take_turn().is_none(), "nothing is ready");
    }

    #[test]
    fn writes_of_a_turn_that_panics_fail() {
        let queues = Queues::new(2);
        let (job, mut receiver) = job();
        let mut task = queues.push(1, job).expect("a place").1.expect("a task");
        drop(task.take_turn());
        drop(task);
        assert!(receiver.try_recv().is_err() && is_empty(&queues));
    }
}
