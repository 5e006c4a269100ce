"""FIO files, of DESY's beamlines, as silx shows them."""

from beamio.errors import DamagedFileError
from beamio.formats.silx_nodes import attributes, entry_of
from beamio.formats.tree import Branch, Tree


def open_fio(path: str) -> Tree:
    """Return the scan of a FIO file.

    Raises
    ------
    DamagedFileError
        If silx can't read it.
    """
    from silx.io.fioh5 import FioH5

    try:
        file = FioH5(path)
        members = {name: entry_of(file, name) for name in file}
    except Exception as error:  # silx raises anything
        cause = error.__cause__ or error
        reason = " ".join(str(cause).split()) or type(cause).__name__
        raise DamagedFileError(
            f"{path}: the FIO file can't be read ({reason}); compare with the original",
            place=path,
        ) from error
    return Tree(path, Branch(members, attributes(file)))
