//! Tasks spread over threads that live as long as the call.
//!
//! Threads of a call, unlike those of a pool, survive a fork of the process by
//! not being there; to start them costs some 20 microseconds.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long the calling thread waits before it asks whether to go on.
pub const POLL: Duration = Duration::from_millis(50);

/// Why the tasks of a call were not all done.
#[derive(Debug)]
pub enum Stop<E> {
    /// A task failed.
    Failed(E),
    /// The caller asked to stop.
    Interrupted,
}

/// Does `task(0)` to `task(tasks - 1)`, each once, in up to `threads` threads.
///
/// The calling thread is one of them, and asks now and then whether to stop. Each has a
/// scratch of its own. The first failure ends the work.
///
/// # Errors
/// The first failure, or the interruption.
pub fn spread<S: Default, E: Send>(
    tasks: usize,
    threads: usize,
    task: impl Fn(usize, &mut S) -> Result<(), E> + Sync,
    mut interrupted: impl FnMut() -> bool,
) -> Result<(), Stop<E>> {
    let threads = threads.clamp(1, tasks.max(1));
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let failure = Mutex::new(None);
    let working = Mutex::new(threads - 1);
    let done = Condvar::new();
    let batch = (tasks / (threads * 16)).clamp(1, 64);
    let work = |look_up: &mut dyn FnMut()| {
        let mut scratch = S::default();
        loop {
            let first = next.fetch_add(batch, Ordering::Relaxed);
            for i in first..(first + batch).min(tasks) {
                look_up();
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                if let Err(error) = task(i, &mut scratch) {
                    stop.store(true, Ordering::Relaxed);
                    locked(&failure).get_or_insert(error);
                    return;
                }
            }
            if first >= tasks {
                return;
            }
        }
    };
    let mut asked_to_stop = false;
    let mut asked = Instant::now();
    let mut ask = || {
        if !asked_to_stop && asked.elapsed() >= POLL {
            asked_to_stop = interrupted();
            stop.fetch_or(asked_to_stop, Ordering::Relaxed);
            asked = Instant::now();
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(|| {
                let _leaving = Leaving {
                    working: &working,
                    done: &done,
                };
                work(&mut || ());
            });
        }
        work(&mut ask);
        let mut left = locked(&working);
        while *left > 0 {
            let waited = done.wait_timeout(left, POLL);
            left = waited.unwrap_or_else(PoisonError::into_inner).0;
            ask();
        }
    });
    if let Some(error) = locked(&failure).take() {
        return Err(Stop::Failed(error));
    }
    if asked_to_stop {
        Err(Stop::Interrupted)
    } else {
        Ok(())
    }
}

/// Counts a thread out, also when it panics.
struct Leaving<'a> {
    working: &'a Mutex<usize>,
    done: &'a Condvar,
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        *locked(self.working) -= 1;
        self.done.notify_one();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_is_done_once() {
        for (tasks, threads) in [(0, 2), (1, 2), (5, 1), (1000, 3)] {
            let done: Vec<_> = (0..tasks).map(|_| AtomicUsize::new(0)).collect();
            let count = |i: usize, (): &mut ()| {
                done[i].fetch_add(1, Ordering::Relaxed);
                Ok::<_, ()>(())
            };
            spread(tasks, threads, count, || false).expect("no task fails");
            assert!(done.iter().all(|n| n.load(Ordering::Relaxed) == 1));
        }
    }

    #[test]
    fn a_failure_ends_the_work() {
        let fail = |i: usize, (): &mut ()| if i == 7 { Err(i) } else { Ok(()) };
        let stopped = spread(1000, 2, fail, || false);
        assert!(matches!(stopped, Err(Stop::Failed(7))));
    }

    #[test]
    fn an_interruption_ends_the_work() {
        let slow = |_: usize, (): &mut ()| {
            thread::sleep(Duration::from_millis(1));
            Ok::<_, ()>(())
        };
        let stopped = spread(1_000_000, 2, slow, || true);
        assert!(matches!(stopped, Err(Stop::Interrupted)));
    }
}
