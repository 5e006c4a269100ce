//! The Python module `beamio.engine._native`.
#![allow(
    clippy::needless_pass_by_value,
    clippy::redundant_closure_for_method_calls,
    clippy::too_many_arguments,
    reason = "PyO3 hands arguments over by value, Python names them, lifetimes need closures"
)]

mod chunks;
mod codec;
mod disk;
mod ends;
mod flatfield;
mod memory;
mod read;
mod recycle;
mod transfer;
mod write;

use pyo3::prelude::*;

/// Decodes, encodes and corrects outside Python's and HDF5's locks.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::chunks::chunk_noter;
    #[pymodule_export]
    use super::codec::{CorruptChunk, decode, encode};
    #[pymodule_export]
    use super::disk::start_writing;
    #[pymodule_export]
    use super::flatfield::Corrector;
    #[pymodule_export]
    use super::read::{FileCut, Layout, UnreadableFile, read};
    #[pymodule_export]
    use super::recycle::Recycled;
    #[pymodule_export]
    use super::transfer::{Unlike, copy_frames, encode_frames, room_for_frames};
    #[pymodule_export]
    use super::write::Encoder;
}

/// Filters by number, with their options.
type Filters = Vec<(u32, Vec<u32>)>;

/// Asks Python whether to go on; remembers why not.
fn watch(reason: &mut Option<PyErr>) -> impl FnMut() -> bool {
    move || {
        let checked = Python::attach(|py| py.check_signals());
        *reason = checked.err();
        reason.is_some()
    }
}

/// The error of an interruption that `watch` has remembered.
fn interruption(reason: Option<PyErr>) -> PyErr {
    reason.unwrap_or_else(|| pyo3::exceptions::PyKeyboardInterrupt::new_err(()))
}
