//! The memory of arrays: the one place where it passes from Python to Rust.

use std::ptr::NonNull;
use std::slice;

use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::place::is_dense;

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

    /// The bytes of an array whose elements follow each other.
    ///
    /// # Errors
    /// `ValueError` if there are gaps.
    ///
    /// # Safety
    /// Nobody may write there for as long as they are used.
    pub unsafe fn bytes(&self) -> PyResult<&[u8]> {
        // SAFETY: `dense` is the memory of the array; the rest is the caller's promise.
        self.dense()
            .map(|(start, length)| unsafe { slice::from_raw_parts(start, length) })
    }

    /// The same, to be written to.
    ///
    /// # Errors
    /// As `bytes`; `ValueError` if they are read-only.
    ///
    /// # Safety
    /// Nobody else may read or write there for as long as they are used.
    #[expect(clippy::mut_from_ref, reason = "the memory belongs to Python")]
    pub unsafe fn bytes_mut(&self) -> PyResult<&mut [u8]> {
        if self.0.readonly() {
            return Err(PyValueError::new_err("the target is read-only"));
        }
        // SAFETY: as in `bytes`.
        self.dense()
            .map(|(start, length)| unsafe { slice::from_raw_parts_mut(start, length) })
    }

    /// The numbers of an array of float64 that follow each other.
    ///
    /// # Errors
    /// `ValueError` if there are gaps, or they are not aligned.
    ///
    /// # Safety
    /// As `bytes`.
    pub unsafe fn numbers(&self) -> PyResult<&[f64]> {
        // SAFETY: the caller's promise; any bytes are a float64.
        let (before, numbers, after) = unsafe { self.bytes()?.align_to() };
        if before.is_empty() && after.is_empty() {
            return Ok(numbers);
        }
        Err(PyValueError::new_err("the numbers are not aligned"))
    }

    /// Whether two arrays without gaps have bytes in common.
    ///
    /// # Errors
    /// As `bytes`.
    pub fn overlaps(&self, other: &Self) -> PyResult<bool> {
        let ((one, length), (another, other_length)) = (self.dense()?, other.dense()?);
        let (one, another) = (one.addr(), another.addr());
        Ok(one < another + other_length && another < one + length)
    }

    fn dense(&self) -> PyResult<(*mut u8, usize)> {
        let (itemsize, length) = (self.0.item_size(), self.0.len_bytes());
        if !is_dense(self.shape(), itemsize, self.strides()) {
            return Err(PyValueError::new_err("the elements have gaps"));
        }
        if length == 0 {
            return Ok((NonNull::dangling().as_ptr(), 0));
        }
        Ok((self.pointer(), length))
    }
}
