"""Forms of files that are not HDF5, and how values get into them."""
