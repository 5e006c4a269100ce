//! Selections of arrays in files.

use std::fs::File;
use std::os::fd::{FromRawFd, RawFd};

use pyo3::buffer::PyBuffer;
use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyValueError};
use pyo3::prelude::*;

use super::codec::{CorruptChunk, pipeline, unsupported};
use super::memory::Memory;
use super::{Filters, interruption, watch};
use crate::chunk::BlockIndex;
use crate::layout::{self, Borrowed, Extent, Missing, Stored, Table};
use crate::read::{Job, Reason, Target, Unread};
use crate::selection::Picks;
use crate::threads::Stop;

create_exception!(
    _native,
    FileCut,
    PyException,
    "A file ends too early.\n\nThe arguments are which job, which of its files, and \
     how many bytes it must have at least."
);
create_exception!(
    _native,
    UnreadableFile,
    PyException,
    "The system can't read a file.\n\nThe arguments are which job, which of its files, \
     and the system's number for the reason."
);

/// Where the bytes of an array lie.
#[pyclass(frozen, module = "beamio.engine._native")]
pub struct Layout(pub(super) layout::Layout);

#[pymethods]
impl Layout {
    /// `chunk` is None where the elements follow each other; else `table` has the
    /// cells, addresses, lengths (uint64) and filter masks (uint32) of the chunks.
    #[new]
    #[pyo3(signature = (shape, itemsize, *, fill, extents, chunk=None, filters=vec![], table=None))]
    fn new(
        py: Python<'_>,
        shape: Vec<usize>,
        itemsize: usize,
        fill: Vec<u8>,
        extents: Vec<(u64, usize, u64)>,
        chunk: Option<Vec<usize>>,
        filters: Filters,
        table: Option<[Bound<'_, PyAny>; 4]>,
    ) -> PyResult<Self> {
        let stored = match &table {
            None => Stored::Consecutive,
            Some(columns) => Stored::Table(sorted_table(py, columns)?),
        };
        let chunk = chunk.unwrap_or_else(|| layout::Layout::consecutive_chunk(&shape, itemsize));
        let elements = |lengths: &[usize]| {
            lengths
                .iter()
                .try_fold(itemsize, |all, length| all.checked_mul(*length))
        };
        let countable = elements(&shape).zip(elements(&chunk));
        if itemsize == 0
            || fill.len() != itemsize
            || chunk.len() != shape.len()
            || chunk.contains(&0)
            || countable.is_none_or(|(all, one)| isize::try_from(all.max(one)).is_err())
        {
            return Err(PyValueError::new_err(
                "shape, chunk and fill don't fit together",
            ));
        }
        let pipeline = pipeline(&filters, layout::Layout::codec_chunk(&chunk, itemsize))?;
        let extents = extents
            .into_iter()
            .map(|(length, file, offset)| Extent {
                length,
                file,
                offset,
            })
            .collect();
        Ok(Self(layout::Layout {
            shape,
            chunk,
            itemsize,
            pipeline,
            stored,
            fill,
            extents,
            index: BlockIndex::default(),
        }))
    }

    /// The address of the first of the elements that are picked by start, step and
    /// count along each axis; None if they don't follow each other as they are.
    fn run(&self, picks: Vec<(usize, usize, usize)>) -> Option<u64> {
        self.0.run(&picks)
    }
}

fn sorted_table(py: Python<'_>, columns: &[Bound<'_, PyAny>; 4]) -> PyResult<Table> {
    let column = |i: usize| PyBuffer::<u64>::get(&columns[i])?.to_vec(py);
    let table = Table {
        cells: column(0)?,
        addresses: column(1)?,
        lengths: column(2)?,
        skipped: PyBuffer::<u32>::get(&columns[3])?.to_vec(py)?,
    };
    let rows = table.cells.len();
    if table.addresses.len() != rows
        || table.lengths.len() != rows
        || table.skipped.len() != rows
        || !table.cells.is_sorted()
    {
        return Err(PyValueError::new_err("the table of chunks is not sorted"));
    }
    Ok(table)
}

/// A layout, its files, (start, step, count) along each axis, and what is to be filled.
type PyJob<'py> = (
    Bound<'py, Layout>,
    Vec<RawFd>,
    Vec<(usize, usize, usize)>,
    Bound<'py, PyAny>,
);

/// Fills an array for each job, in threads; the files stay the caller's.
#[pyfunction]
pub fn read(py: Python<'_>, jobs: Vec<PyJob<'_>>, threads: usize) -> PyResult<()> {
    let mut memories = Vec::with_capacity(jobs.len());
    let mut files = Vec::with_capacity(jobs.len());
    for (layout, descriptors, picks, target) in &jobs {
        let layout = &layout.get().0;
        check(layout, picks, descriptors)?;
        let counts: Vec<_> = picks.iter().map(|(_, _, count)| *count).collect();
        memories.push(Memory::writable(target, layout.itemsize, &counts)?);
        files.push(
            descriptors
                .iter()
                .copied()
                .map(borrowed)
                .collect::<Vec<_>>(),
        );
    }
    let read_jobs: Vec<_> = jobs
        .iter()
        .zip(&memories)
        .zip(&files)
        .map(|(((layout, _, picks, _), memory), files)| Job {
            layout: &layout.get().0,
            files,
            picks: picks
                .iter()
                .map(|(start, step, count)| Picks {
                    start: *start,
                    step: *step,
                    count: *count,
                })
                .collect(),
            // SAFETY: `Memory` keeps the array's memory in place and has checked its
            // shape; who writes into an array that is being filled gets what he asks
            // for, as with any function that releases Python's lock.
            target: unsafe { Target::new(memory.pointer(), memory.strides().to_vec()) },
        })
        .collect();
    let mut reason = None;
    let done = py.detach(|| crate::read::read(&read_jobs, threads, watch(&mut reason)));
    done.map_err(|stop| match stop {
        Stop::Interrupted => interruption(reason),
        Stop::Failed(unread) => exception(unread),
    })
}

/// A file that stays the caller's.
pub fn borrowed(descriptor: RawFd) -> Borrowed {
    // SAFETY: the file is never closed here; a descriptor that is not open gives an
    // error when it is used.
    Borrowed::new(unsafe { File::from_raw_fd(descriptor) })
}

fn check(
    layout: &layout::Layout,
    picks: &[(usize, usize, usize)],
    descriptors: &[RawFd],
) -> PyResult<()> {
    let inside = picks.len() == layout.shape.len()
        && picks
            .iter()
            .zip(&layout.shape)
            .all(|((start, step, count), length)| {
                let last = count.saturating_sub(1).checked_mul(*step);
                let last = last.and_then(|last| last.checked_add(*start));
                *step > 0 && (*count == 0 || last.is_some_and(|last| last < *length))
            });
    let known = layout
        .extents
        .iter()
        .all(|extent| extent.file < descriptors.len());
    if inside && known && descriptors.iter().all(|descriptor| *descriptor >= 0) {
        return Ok(());
    }
    Err(PyValueError::new_err(
        "the selection lies outside of the array",
    ))
}

fn exception(unread: Unread) -> PyErr {
    let Unread { job, chunk, reason } = unread;
    match reason {
        Reason::Corrupt(failure) if failure.damage.is_unsupported() => unsupported(&failure),
        Reason::Corrupt(failure) => {
            CorruptChunk::new_err((failure.filter, failure.damage.to_string(), job, chunk))
        }
        Reason::Missing(missing) => missing_bytes(job, missing),
    }
}

/// The exception for bytes that a job could not fetch.
pub fn missing_bytes(job: usize, missing: Missing) -> PyErr {
    match missing {
        Missing::Cut { file, end } => FileCut::new_err((job, file, end)),
        Missing::Failed { file, error } => {
            UnreadableFile::new_err((job, file, error.raw_os_error().unwrap_or(0)))
        }
        Missing::Nowhere(end) => FileCut::new_err((job, 0, end)),
    }
}
