//! A queue of jobs for threads that sleep until there is one.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};

/// The end of the queue that jobs are put into. The threads end when the last one is gone, and all jobs are done.
pub struct Jobs<T>(Arc<Open<T>>);

/// The end that they are taken from.
pub struct Waiting<T>(Arc<Queue<T>>);

struct Open<T>(Arc<Queue<T>>);

struct Queue<T>(Mutex<State<T>>);

struct State<T> {
    jobs: VecDeque<T>,
    /// Those who sleep; who fell asleep last is woken first, since its caches are the warmest.
    asleep: Vec<Thread>,
    /// Whether somebody was woken and did not come yet: whoever comes looks whether one more is needed.
    is_waking: bool,
    is_over: bool,
}

/// A queue, by its two ends.
pub fn queue<T>() -> (Jobs<T>, Waiting<T>) {
    let state = State { jobs: VecDeque::new(), asleep: Vec::new(), is_waking: false, is_over: false };
    let queue = Arc::new(Queue(Mutex::new(state)));
    (Jobs(Arc::new(Open(Arc::clone(&queue)))), Waiting(queue))
}

impl<T> Queue<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    /// Who is to be woken, if anybody is.
    fn call(&mut self) -> Option<Thread> {
        if self.is_waking || self.jobs.is_empty() {
            return None;
        }
        let called = self.asleep.pop();
        self.is_waking = called.is_some();
        called
    }
}

impl<T> Clone for Jobs<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Clone for Waiting<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Jobs<T> {
    /// Puts a job in.
    pub fn put(&self, job: T) {
        let mut state = self.0.0.state();
        state.jobs.push_back(job);
        let called = state.call();
        drop(state);
        if let Some(thread) = called {
            thread.unpark();
        }
    }
}

impl<T> Drop for Open<T> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.is_over = true;
        for thread in state.asleep.drain(..) {
            thread.unpark();
        }
    }
}

impl<T> Waiting<T> {
    /// The next job, as soon as there is one; none when there will be no more.
    pub fn next(&self) -> Option<T> {
        let mut state = self.0.state();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                let called = state.call();
                drop(state);
                if let Some(thread) = called {
                    thread.unpark();
                }
                return Some(job);
            }
            if state.is_over {
                return None;
            }
            let own = thread::current();
            state.asleep.push(own.clone());
            drop(state);
            thread::park();
            state = self.0.state();
            // Not there where it was called; a thread may also wake by itself.
            match state.asleep.iter().position(|thread| thread.id() == own.id()) {
                Some(place) => drop(state.asleep.remove(place)),
                None => state.is_waking = false,
            }
        }
    }

    /// The next job, if there is one now.
    pub fn try_next(&self) -> Option<T> {
        self.0.state().jobs.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn each_job_is_done_once_and_the_threads_end_with_the_last_who_puts_any_in() {
        let (jobs, waiting) = queue();
        let (told, done) = channel();
        let threads: Vec<_> = (0..3)
            .map(|_| {
                let (waiting, told) = (waiting.clone(), told.clone());
                thread::spawn(move || {
                    while let Some(job) = waiting.next() {
                        told.send(job).expect("somebody listens");
                    }
                })
            })
            .collect();
        drop(told);
        let other = jobs.clone();
        // One at a time, so that the threads fall asleep between them; and then all at once.
        for job in 0..1000 {
            jobs.put(job);
            assert_eq!(done.recv(), Ok(job));
        }
        drop(jobs);
        for job in 1000..2000 {
            other.put(job);
        }
        drop(other);
        let rest: BTreeSet<i32> = done.iter().collect();
        assert_eq!(rest, (1000..2000).collect());
        for thread in threads {
            thread.join().expect("an end");
        }
    }

    #[test]
    fn what_waits_is_taken_without_waiting() {
        let (jobs, waiting) = queue();
        assert_eq!(waiting.try_next(), None);
        jobs.put(1);
        jobs.put(2);
        assert_eq!((waiting.next(), waiting.try_next(), waiting.try_next()), (Some(1), Some(2), None));
    }
}
