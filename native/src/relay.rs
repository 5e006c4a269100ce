//! Results made in threads and handed, in order, to the thread that asked for them.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::threads::{POLL, Stop};

/// Makes `make(0)` to `make(tasks - 1)` in `threads` threads, and calls `take` with each.
///
/// `take` is called by the calling thread, in order, while the next are made. At most
/// `ahead` results are being made, or wait to be taken, at any time: the result of task
/// `i` may use room number `i % ahead` until it was taken. What `take` gives goes back to
/// one of the threads, for `finish`, before more is made. Each thread has a scratch of
/// its own. The first failure, of any, ends the work. `interrupted` is asked now and then
/// by the calling thread.
///
/// # Errors
/// The first failure, or the interruption.
pub fn relay<S: Default, T: Send, A: Send, E: Send>(
    tasks: usize,
    (threads, ahead): (usize, usize),
    make: impl Fn(usize, &mut S) -> Result<T, E> + Sync,
    mut take: impl FnMut(usize, T) -> Result<A, E>,
    finish: impl Fn(A, &mut S) -> Result<(), E> + Sync,
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
                while let Some(work) = relay.claim() {
                    match work {
                        Work::Make(task) => relay.put(task, make(task, &mut scratch)),
                        Work::Finish(taken) => relay.finished(finish(taken, &mut scratch)),
                    }
                }
            });
        }
        let _leaving = Leaving {
            relay: &relay,
            is_caller: true,
        };
        for task in 0..tasks {
            let result = relay.get(task, &mut interrupted)?;
            let taken = result
                .and_then(|result| take(task, result))
                .map_err(Stop::Failed)?;
            relay.let_go(task, taken);
        }
        relay.wait(&mut interrupted, |state| {
            (state.finished == tasks).then_some(())
        })
    })
}

/// What a thread does next.
enum Work<A> {
    /// A task by its number.
    Make(usize),
    /// What was taken of one.
    Finish(A),
}

struct Relay<R, A, E> {
    tasks: usize,
    state: Mutex<State<R, A, E>>,
    changed: Condvar,
}

struct State<R, A, E> {
    claimed: usize,
    taken: usize,
    finished: usize,
    stopped: bool,
    /// By the number of the task, modulo how many there are.
    made: Vec<Option<R>>,
    to_finish: VecDeque<A>,
    /// Why something could not be finished.
    failure: Option<E>,
}

impl<R, A, E> Relay<R, A, E> {
    fn new(tasks: usize, ahead: usize) -> Self {
        let state = State {
            claimed: 0,
            taken: 0,
            finished: 0,
            stopped: false,
            made: (0..ahead.max(1)).map(|_| None).collect(),
            to_finish: VecDeque::new(),
            failure: None,
        };
        Self {
            tasks,
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    /// What to do next, as soon as there is something; None if there is nothing more.
    fn claim(&self) -> Option<Work<A>> {
        let mut state = self.locked();
        while !state.stopped && state.finished < self.tasks {
            if let Some(taken) = state.to_finish.pop_front() {
                return Some(Work::Finish(taken));
            }
            let task = state.claimed;
            if task < self.tasks && task < state.taken + state.made.len() {
                state.claimed += 1;
                return Some(Work::Make(task));
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
    fn get(&self, task: usize, interrupted: &mut impl FnMut() -> bool) -> Result<R, Stop<E>> {
        self.wait(interrupted, |state| {
            let room = task % state.made.len();
            state.made[room].take()
        })
    }

    /// Waits until `ready` gives something.
    fn wait<T>(
        &self,
        interrupted: &mut impl FnMut() -> bool,
        mut ready: impl FnMut(&mut State<R, A, E>) -> Option<T>,
    ) -> Result<T, Stop<E>> {
        let mut state = self.locked();
        loop {
            if let Some(failure) = state.failure.take() {
                return Err(Stop::Failed(failure));
            }
            if let Some(found) = ready(&mut state) {
                return Ok(found);
            }
            let woken = self.changed.wait_timeout(state, POLL);
            let (woken, waited) = woken.unwrap_or_else(PoisonError::into_inner);
            state = woken;
            // A thread that panicked makes nothing more; joining it tells why.
            let ended = state.stopped && state.failure.is_none();
            if ended || (waited.timed_out() && interrupted()) {
                return Err(Stop::Interrupted);
            }
        }
    }

    fn let_go(&self, task: usize, taken: A) {
        let mut state = self.locked();
        state.taken = task + 1;
        state.to_finish.push_back(taken);
        self.changed.notify_all();
    }

    fn finished(&self, result: Result<(), E>) {
        let mut state = self.locked();
        match result {
            Ok(()) => state.finished += 1,
            Err(failure) => {
                state.stopped = true;
                state.failure.get_or_insert(failure);
            }
        }
        self.changed.notify_all();
    }

    fn locked(&self) -> MutexGuard<'_, State<R, A, E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the work when the caller leaves, or a thread because it panics.
struct Leaving<'a, R, A, E> {
    relay: &'a Relay<R, A, E>,
    is_caller: bool,
}

impl<R, A, E> Drop for Leaving<'_, R, A, E> {
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
        relay(100, (2, 3), make, take, |(), ()| Ok(()), || false).unwrap();
        assert!(taken.iter().copied().eq(0..100));
    }

    #[test]
    fn nothing_to_make_is_done_at_once() {
        let make = |_: usize, (): &mut ()| Ok::<_, ()>(());
        relay(0, (2, 3), make, |_, ()| Ok(()), |(), ()| Ok(()), || false).unwrap();
    }

    #[test]
    fn a_failure_on_either_side_ends_the_work() {
        let make = |i: usize, (): &mut ()| if i == 7 { Err("made") } else { Ok(i) };
        let stopped = relay(1000, (2, 4), make, |_, _| Ok(()), |(), ()| Ok(()), || false);
        assert!(matches!(stopped, Err(Stop::Failed("made"))));
        let take = |task, _| if task == 5 { Err("taken") } else { Ok(()) };
        let stopped = relay(1000, (2, 4), make, take, |(), ()| Ok(()), || false);
        assert!(matches!(stopped, Err(Stop::Failed("taken"))));
    }

    #[test]
    fn an_interruption_ends_the_work() {
        let slow = |_: usize, (): &mut ()| {
            thread::sleep(POLL * 2);
            Ok::<_, ()>(())
        };
        let stopped = relay(
            1_000_000,
            (2, 3),
            slow,
            |_, ()| Ok(()),
            |(), ()| Ok(()),
            || true,
        );
        assert!(matches!(stopped, Err(Stop::Interrupted)));
    }

    #[test]
    fn what_was_taken_is_finished_before_the_end() {
        let finished = AtomicUsize::new(0);
        let make = |i: usize, (): &mut ()| Ok::<_, ()>(i);
        let finish = |i: usize, (): &mut ()| {
            thread::sleep(Duration::from_micros(i as u64 * 53 % 101));
            finished.fetch_add(i, Ordering::Relaxed);
            Ok(())
        };
        relay(100, (2, 3), make, |_, i| Ok(i), finish, || false).unwrap();
        assert_eq!(finished.load(Ordering::Relaxed), 99 * 50);
    }

    #[test]
    fn a_failure_to_finish_ends_the_work() {
        for wrong in [3, 99] {
            let make = |i: usize, (): &mut ()| Ok(i);
            let finish = |i: usize, (): &mut ()| if i == wrong { Err(i) } else { Ok(()) };
            let stopped = relay(100, (2, 3), make, |_, i| Ok(i), finish, || false);
            assert!(matches!(stopped, Err(Stop::Failed(found)) if found == wrong));
        }
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_is_told() {
        let panic = |i: usize, (): &mut ()| {
            assert_ne!(i, 3, "on purpose");
            Ok::<_, ()>(())
        };
        let _ = relay(
            100,
            (2, 3),
            panic,
            |_, ()| Ok(()),
            |(), ()| Ok(()),
            || false,
        );
    }
}
