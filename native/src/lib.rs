//! How beamio decodes, encodes and corrects: outside Python's and HDF5's locks.

pub mod codecs;
pub mod pipeline;
pub mod python;
