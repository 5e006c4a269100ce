//! The Python module `beamio.engine._native`.

use pyo3::prelude::*;

/// Decodes, encodes and corrects outside Python's and HDF5's locks.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::version;
}

/// Returns the version of this module.
#[pyfunction]
fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
