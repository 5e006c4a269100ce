"""Which way values are read."""

from enum import StrEnum


class Way(StrEnum):
    """What reads the values of a dataset."""

    ENGINE = "engine"
    H5PY = "h5py"
    FORMAT = "reader of its format"
    NONE = "nothing"
