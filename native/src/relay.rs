//! Results made in threads and handed, in order, to the thread that asked for them.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::threads::{POLL, Stop};

/// Makes `make(0)` to `make(tasks - 1)` in `threads` threads, and calls `take` with each.
///
/// `take` is called by the calling thread, in order, while the next are made. At most
/// `ahead` results are being made, or wait to be taken, at any time: the result of task
/// `i` may use room number `i % ahead` until it was taken. Each thread has a scratch of
/// its own. The first failure, of either, ends the work. `interrupted` is asked now and
/// then by the calling thread.
///
/// # Errors
/// The first failure, or the interruption.
pub fn relay<S: Default, T: Send, E: Send>(
    tasks: usize,
    (threads, ahead): (usize, usize),
    make: impl Fn(usize, &mut S) -> Result<T, E> + Sync,
    mut take: impl FnMut(usize, T) -> Result<(), E>,
    mut interrupted: impl FnMut() -> bool,
) -> Result<(), Stop<E>> {
    let relay = Relay::new(tasks, ahead);
    thread::scope(|scope| {
        for _ in 0..threads.min(tasks) {
            scope.spawn(|| {
                let _leaving = Leaving {
                    relay: &relay,
                    is_caller: false,
                };
                let mut scratch = S::default();
                while let Some(task) = relay.claim() {
                    relay.put(task, make(task, &mut scratch));
                }
            });
        }
        let _leaving = Leaving {
            relay: &relay,
            is_caller: true,
        };
        for task in 0..tasks {
            let result = relay.get(task, &mut interrupted)?;
            result
                .and_then(|result| take(task, result))
                .map_err(Stop::Failed)?;
            relay.let_go(task);
        }
        Ok(())
    })
}

struct Relay<R> {
    tasks: usize,
    state: Mutex<State<R>>,
    changed: Condvar,
}

struct State<R> {
    claimed: usize,
    taken: usize,
    stopped: bool,
    /// By the number of the task, modulo how many there are.
    made: Vec<Option<R>>,
}

impl<R> Relay<R> {
    fn new(tasks: usize, ahead: usize) -> Self {
        let state = State {
            claimed: 0,
            taken: 0,
            stopped: false,
            made: (0..ahead.max(1)).map(|_| None).collect(),
        };
        Self {
            tasks,
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    /// The next task, as soon as there is room for its result.
    fn claim(&self) -> Option<usize> {
        let mut state = self.locked();
        while !state.stopped && state.claimed < self.tasks {
            let task = state.claimed;
            if task < state.taken + state.made.len() {
                state.claimed += 1;
                return Some(task);
            }
            let woken = self.changed.wait(state);
            state = woken.unwrap_or_else(PoisonError::into_inner);
        }
        None
    }

    fn put(&self, task: usize, result: R) {
        let mut state = self.locked();
        let room = task % state.made.len();
        state.made[room] = Some(result);
        self.changed.notify_all();
    }

    /// Waits for the result of a task.
    fn get<E>(&self, task: usize, interrupted: &mut impl FnMut() -> bool) -> Result<R, Stop<E>> {
        let mut state = self.locked();
        loop {
            let room = task % state.made.len();
            if let Some(made) = state.made[room].take() {
                return Ok(made);
            }
            let woken = self.changed.wait_timeout(state, POLL);
            let (woken, waited) = woken.unwrap_or_else(PoisonError::into_inner);
            // A thread that panicked makes nothing more; joining it tells why.
            if woken.stopped || (waited.timed_out() && interrupted()) {
                return Err(Stop::Interrupted);
            }
            state = woken;
        }
    }

    fn let_go(&self, task: usize) {
        self.locked().taken = task + 1;
        self.changed.notify_all();
    }

    fn locked(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the work when the caller leaves, or a thread because it panics.
struct Leaving<'a, R> {
    relay: &'a Relay<R>,
    is_caller: bool,
}

impl<R> Drop for Leaving<'_, R> {
    fn drop(&mut self) {
        if self.is_caller || thread::panicking() {
            self.relay.locked().stopped = true;
            self.relay.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn results_come_in_order_and_wait_for_room() {
        let count = AtomicUsize::new(0);
        let mut taken = Vec::new();
        let make = |i: usize, (): &mut ()| {
            thread::sleep(Duration::from_micros(i as u64 * 37 % 101));
            count.fetch_add(1, Ordering::Relaxed);
            Ok::<_, ()>(i)
        };
        let take = |task, result| {
            assert_eq!(task, result);
            assert!(count.load(Ordering::Relaxed) <= taken.len() + 3);
            taken.push(result);
            Ok(())
        };
        relay(100, (2, 3), make, take, || false).unwrap();
        assert!(taken.iter().copied().eq(0..100));
    }

    #[test]
    fn nothing_to_make_is_done_at_once() {
        let make = |_: usize, (): &mut ()| Ok::<_, ()>(());
        relay(0, (2, 3), make, |_, ()| Ok(()), || false).unwrap();
    }

    #[test]
    fn a_failure_on_either_side_ends_the_work() {
        let make = |i: usize, (): &mut ()| if i == 7 { Err("made") } else { Ok(i) };
        let stopped = relay(1000, (2, 4), make, |_, _| Ok(()), || false);
        assert!(matches!(stopped, Err(Stop::Failed("made"))));
        let take = |task, _| if task == 5 { Err("taken") } else { Ok(()) };
        let stopped = relay(1000, (2, 4), make, take, || false);
        assert!(matches!(stopped, Err(Stop::Failed("taken"))));
    }

    #[test]
    fn an_interruption_ends_the_work() {
        let slow = |_: usize, (): &mut ()| {
            thread::sleep(POLL * 2);
            Ok::<_, ()>(())
        };
        let stopped = relay(1_000_000, (2, 3), slow, |_, ()| Ok(()), || true);
        assert!(matches!(stopped, Err(Stop::Interrupted)));
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_is_told() {
        let panic = |i: usize, (): &mut ()| {
            assert_ne!(i, 3, "on purpose");
            Ok::<_, ()>(())
        };
        let _ = relay(100, (2, 3), panic, |_, ()| Ok(()), || false);
    }
}
