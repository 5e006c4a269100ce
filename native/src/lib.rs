//! How beamio decodes, encodes and corrects: outside Python's and HDF5's locks.

pub mod chunk;
pub mod codecs;
pub mod disk;
pub mod flatfield;
pub mod layout;
pub mod pipeline;
pub mod place;
pub mod python;
pub mod read;
pub mod recycle;
pub mod relay;
pub mod selection;
pub mod threads;
pub mod transfer;
pub mod write;
