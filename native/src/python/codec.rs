//! Single chunks.

use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyNotImplementedError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::Filters;
use crate::codecs::Chunk;
use crate::pipeline::{Failure, Pipeline, Scratch};

create_exception!(
    _native,
    CorruptChunk,
    PyException,
    "A filter met damage.\n\nThe arguments are the filter's name and what is wrong; from \
     `read` also which job, and the first element of the chunk."
);

/// Returns the bytes of one chunk of `length` bytes, decoded.
#[pyfunction]
pub fn decode<'py>(
    py: Python<'py>,
    filters: Filters,
    itemsize: usize,
    length: usize,
    skipped: u32,
    data: &[u8],
) -> PyResult<Bound<'py, PyBytes>> {
    let pipeline = pipeline(&filters, Chunk { itemsize, length })?;
    PyBytes::new_with(py, length, |target| {
        py.detach(|| pipeline.decode(data, skipped, &mut Scratch::default(), target))
            .map_err(|failure| corrupt(&failure))
    })
}

/// Returns the bytes of one whole chunk, encoded; no filter is skipped.
#[pyfunction]
pub fn encode<'py>(
    py: Python<'py>,
    filters: Filters,
    itemsize: usize,
    data: &[u8],
) -> PyResult<Bound<'py, PyBytes>> {
    let pipeline = pipeline(
        &filters,
        Chunk {
            itemsize,
            length: data.len(),
        },
    )?;
    let mut target = vec![0; pipeline.bound()];
    let length = pipeline
        .encode(data, &mut Scratch::default(), &mut target)
        .map_err(|failure| corrupt(&failure))?;
    Ok(PyBytes::new(py, &target[..length]))
}

/// Returns the pipeline of these filters.
///
/// # Errors
/// `NotImplementedError` if there is no codec for one of them.
pub fn pipeline(filters: &Filters, chunk: Chunk) -> PyResult<Pipeline> {
    Pipeline::new(filters, chunk).map_err(|number| {
        PyNotImplementedError::new_err(format!("filter {number} is not known here"))
    })
}

/// The exception for damage, or for what only libhdf5 can decode.
pub fn corrupt(failure: &Failure) -> PyErr {
    if failure.damage.is_unsupported() {
        return unsupported(failure);
    }
    CorruptChunk::new_err((failure.filter, failure.damage.to_string()))
}

/// The exception for what only libhdf5 can decode.
pub fn unsupported(failure: &Failure) -> PyErr {
    PyNotImplementedError::new_err(format!("{} {}", failure.filter, failure.damage))
}
