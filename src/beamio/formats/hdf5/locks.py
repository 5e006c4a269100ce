"""Who has a file locked, asked without taking a lock that would hinder others."""

import fcntl
import os
from pathlib import Path

from beamio.errors import BusyFileError


def holders(path: str, *, writing: bool = False) -> set[int]:
    """Return the processes of this machine that hold a lock on a file.

    Parameters
    ----------
    path
        The file.
    writing
        Whether to leave out the locks that readers take.

    Examples
    --------
    >>> holders("/etc/passwd")
    set()
    """
    try:
        status = Path(path).stat()
        locks = Path("/proc/locks").read_text(encoding="ascii")
    except OSError:  # no such file, or not on Linux
        return set()
    device = status.st_dev
    wanted = f"{os.major(device):02x}:{os.minor(device):02x}:{status.st_ino}"
    found = set()
    for line in locks.splitlines():
        # 1: FLOCK  ADVISORY  WRITE 4242 fe:00:9996481 0 EOF
        fields = line.split()
        if wanted in fields and not (writing and "READ" in fields):
            found.add(int(fields[fields.index(wanted) - 1]))
    return found


def described(pids: set[int]) -> str:
    """Return the processes as the end of "another program".

    Examples
    --------
    >>> described({42})
    ' (process 42)'
    """
    known = ", ".join(str(pid) for pid in sorted(pids) if pid > 0)
    return f" (process {known})" if known else ""


def check_unlocked(path: str) -> None:
    """Make sure that no other program has a file locked that is to be emptied.

    libhdf5 empties it first and asks for the lock afterwards.

    Raises
    ------
    BusyFileError
        If another program has it open with a lock.
    """
    if os.environ.get("HDF5_USE_FILE_LOCKING", "").upper() in {"FALSE", "0"}:
        return
    if os.getpid() in holders(path) or not Path(path).is_file():
        return  # what this process has open, libhdf5 refuses by itself
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:  # libhdf5 will say why
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BusyFileError(
            f"{path}: is open in another program{described(holders(path))}; "
            "it was not touched. Wait for it to finish, or give another name",
            place=path,
        ) from error
    except OSError:  # a file system without locks
        return
    finally:
        os.close(descriptor)
