//! Memory of large results, for `NumPy`.

use std::ffi::c_int;

use pyo3::exceptions::PyMemoryError;
use pyo3::ffi;
use pyo3::prelude::*;

use crate::recycle;

/// Bytes that are used again when nothing refers to them any more.
#[pyclass(frozen, module = "beamio.engine._native")]
pub struct Recycled(recycle::Recycled);

#[pymethods]
impl Recycled {
    #[new]
    fn new(length: usize) -> PyResult<Self> {
        let memory = recycle::Recycled::new(length).ok_or_else(|| {
            PyMemoryError::new_err(format!("no memory for a result of {length} bytes"))
        })?;
        Ok(Self(memory))
    }

    /// Lets Python read and write the bytes.
    ///
    /// # Safety
    /// `view` is what Python's buffer protocol says.
    unsafe fn __getbuffer__(
        slf: Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        let memory = &slf.get().0;
        let length = ffi::Py_ssize_t::try_from(memory.length())?;
        let start = memory.pointer().cast();
        // SAFETY: the view keeps this object, and with it the bytes.
        let done = unsafe { ffi::PyBuffer_FillInfo(view, slf.as_ptr(), start, length, 0, flags) };
        if done == 0 {
            Ok(())
        } else {
            Err(PyErr::fetch(slf.py()))
        }
    }
}
