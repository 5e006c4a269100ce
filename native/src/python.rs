//! The Python module `beamio.engine._native`.

use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyNotImplementedError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::codecs::Chunk;
use crate::pipeline::{Failure, Pipeline, Scratch};

/// Decodes, encodes and corrects outside Python's and HDF5's locks.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::{CorruptChunk, decode, encode};
}

create_exception!(
    _native,
    CorruptChunk,
    PyException,
    "A filter met damage; the arguments are the filter's name and what is wrong."
);

type Filters = Vec<(u32, Vec<u32>)>;

/// Returns the bytes of one chunk of `length` bytes, decoded.
#[pyfunction]
fn decode<'py>(
    py: Python<'py>,
    filters: Filters,
    itemsize: usize,
    length: usize,
    skipped: u32,
    data: &[u8],
) -> PyResult<Bound<'py, PyBytes>> {
    let pipeline = pipeline(&filters, Chunk { itemsize, length })?;
    PyBytes::new_with(py, length, |target| {
        pipeline
            .decode(data, skipped, &mut Scratch::default(), target)
            .map_err(|failure| corrupt(&failure))
    })
}

/// Returns the bytes of one whole chunk, encoded, and its filter mask.
#[pyfunction]
fn encode<'py>(
    py: Python<'py>,
    filters: Filters,
    itemsize: usize,
    data: &[u8],
) -> PyResult<(Bound<'py, PyBytes>, u32)> {
    let pipeline = pipeline(
        &filters,
        Chunk {
            itemsize,
            length: data.len(),
        },
    )?;
    let mut target = vec![0; pipeline.bound()];
    let (length, skipped) = pipeline
        .encode(data, &mut Scratch::default(), &mut target)
        .map_err(|failure| corrupt(&failure))?;
    Ok((PyBytes::new(py, &target[..length]), skipped))
}

fn pipeline(filters: &Filters, chunk: Chunk) -> PyResult<Pipeline> {
    Pipeline::new(filters, chunk).map_err(|number| {
        PyNotImplementedError::new_err(format!("filter {number} is not known here"))
    })
}

fn corrupt(failure: &Failure) -> PyErr {
    CorruptChunk::new_err((failure.filter, failure.damage.to_string()))
}
