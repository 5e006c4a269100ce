"""Say which file is damaged where libhdf5 finds that one is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from beamio.errors import BeamioError
from beamio.formats.hdf5.opening import damaged_structure


@contextmanager
def told_in_one_line(path: str | Callable[[], str]) -> Iterator[None]:
    """Raise what libhdf5 raises in this block as damage of a file.

    Parameters
    ----------
    path
        The file that is read, or what tells it.

    Raises
    ------
    DamagedFileError
        In the place of errors that do not name a file.
    """
    try:
        yield
    except BeamioError:
        raise
    except (RuntimeError, KeyError, ValueError) as error:
        raise _damaged(path, error) from error
    except OSError as error:
        if error.errno:
            raise
        raise _damaged(path, error) from error


def _damaged(path: str | Callable[[], str], error: Exception) -> BeamioError:
    return damaged_structure(path if isinstance(path, str) else path(), error)
