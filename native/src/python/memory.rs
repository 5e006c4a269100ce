//! The memory of arrays: the one place where it passes from Python to Rust.

use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// The memory of an array, kept in place for as long as this lives.
pub struct Memory(PyUntypedBuffer);

impl Memory {
    /// The memory of an object, whose elements must be of `itemsize` bytes.
    ///
    /// # Errors
    /// `ValueError` if they are not, or `BufferError` if it has no such memory.
    pub fn of(object: &Bound<'_, PyAny>, itemsize: usize) -> PyResult<Self> {
        let buffer = PyUntypedBuffer::get(object)?;
        if buffer.item_size() != itemsize || buffer.suboffsets().is_some() {
            return Err(PyValueError::new_err("the elements have another size"));
        }
        Ok(Self(buffer))
    }

    /// The same, to be written to.
    ///
    /// # Errors
    /// As `of`; `ValueError` if it is read-only or of another shape.
    pub fn writable(object: &Bound<'_, PyAny>, itemsize: usize, shape: &[usize]) -> PyResult<Self> {
        let memory = Self::of(object, itemsize)?;
        if memory.0.readonly() || memory.shape() != shape {
            return Err(PyValueError::new_err(
                "the target is read-only or of another shape",
            ));
        }
        Ok(memory)
    }

    /// Elements along each axis.
    pub fn shape(&self) -> &[usize] {
        self.0.shape()
    }

    /// Bytes from one element to the next along each axis.
    pub fn strides(&self) -> &[isize] {
        self.0.strides()
    }

    /// The first element.
    pub fn pointer(&self) -> *mut u8 {
        self.0.buf_ptr().cast()
    }
}
