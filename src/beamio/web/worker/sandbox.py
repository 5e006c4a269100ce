"""What keeps the process that reads inside of what was opened.

Three lines, each for itself: libhdf5 and beamio look where a file leads before they
open it (`formats.confinement`); what Python opens is checked by a hook that can't be
taken out; and where Linux has Landlock, the kernel refuses all else, and all writing.
"""

import ctypes
import os
import re
import stat
import struct
import sys
import sysconfig
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from beamio.formats.confinement import outside
from beamio.formats.hdf5.confined import confine_hdf5
from beamio.web.fence import Fence

_SYSTEM = (
    *("/usr", "/lib", "/lib64", "/bin", "/nix"),
    *("/etc/ld.so.cache", "/etc/localtime", "/etc/fonts", "/dev/null", "/dev/urandom"),
    *("/proc/self/maps", "/proc/self/fd", "/proc/self/status", "/proc/self/cgroup"),
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/locks"),
    *("/sys/devices/system", "/sys/fs/cgroup"),
)
"""What programs and libraries read, and nobody's own."""
_OPENED = re.compile(r"/proc/self/fd/\d+")
"""What this process has open already, such as a SPEC file without its comments."""
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""System calls, by the same numbers on every machine."""
_BENEATH = 1
_NO_NEW_PRIVILEGES = 38
_READ = 1 << 2 | 1 << 3
"""To read files, and folders."""
_WRITE = 1 << 1 | (1 << 13) - (1 << 4)
"""To write to files, to make and to remove what is in folders."""
_OF_FILES = 1 << 1 | 1 << 2
"""What can be allowed of a single file."""


def confine_process(fence: Fence, *, writable: Iterable[str] = ()) -> None:
    """Keep this process inside of a fence, for as long as it lives.

    Parameters
    ----------
    fence
        What may be read.
    writable
        Folders inside of it that may be written into.
    """
    if fence.follow_outside:
        return
    for root in fence.roots:
        with suppress(OSError):
            os.chdir(root.folder)  # where libhdf5 looks for what has no other place
            break
    confine_hdf5(fence.holds)
    own, kept = _own(), _scratch()
    inside = {os.path.realpath(root.folder) for root in fence.roots}
    with suppress(OSError):
        _by_kernel({*own, *inside}, [*kept, *writable])
    _by_hook(fence, (*own, *kept))


def _own() -> list[str]:
    """Return where Python, its packages and the system's libraries lie."""
    paths = {*_SYSTEM, *sys.path, sys.prefix, sys.base_prefix, sys.exec_prefix}
    paths |= {str(Path(__file__).parents[3]), *sysconfig.get_paths().values()}
    for name in ("HDF5_PLUGIN_PATH", "LD_LIBRARY_PATH"):
        paths |= set(os.environ.get(name, "").split(":"))
    found = {os.path.realpath(path) for path in paths if path}
    return sorted(found - {"/"})


def _scratch() -> list[str]:
    """Return where Matplotlib keeps its list of fonts."""
    home = os.path.expanduser("~")  # noqa: PTH111 (never an error)
    found = [os.environ.get("MPLCONFIGDIR", "")]
    for name, folder in (("CONFIG", ".config"), ("CACHE", ".cache")):
        base = os.environ.get(f"XDG_{name}_HOME") or f"{home}/{folder}"
        found.append(f"{base}/matplotlib")
    return [os.path.realpath(folder) for folder in found if folder]


def _by_hook(fence: Fence, own: Iterable[str]) -> None:
    """Refuse what Python opens outside, from now on."""
    beginnings = tuple(path.rstrip("/") + "/" for path in own)

    def look(event: str, args: tuple[Any, ...]) -> None:
        if event not in {"open", "os.listdir", "os.scandir"}:
            return
        path = args[0]
        if path is None or isinstance(path, int):
            return
        name = os.fsdecode(path)
        if _OPENED.fullmatch(name):
            return
        real = os.path.realpath(name)
        if not ((real + "/").startswith(beginnings) or fence.holds(real)):
            raise outside(name, name)

    sys.addaudithook(look)


def _by_kernel(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Ask Landlock of Linux to refuse reading of anything else, and writing.

    Raises
    ------
    OSError
        If it is not there, or refuses; nothing is refused then.
    """
    system = ctypes.CDLL(None, use_errno=True)

    def call(number: int, *args: Any) -> int:
        found = int(system.syscall(ctypes.c_long(number), *args))
        if found < 0:
            raise OSError(ctypes.get_errno(), "Landlock")
        return found

    handled = ctypes.c_uint64(_READ | _WRITE)
    size = ctypes.c_size_t(ctypes.sizeof(handled))
    rules = call(_CREATE_RULESET, ctypes.byref(handled), size, ctypes.c_uint32(0))

    def allow(path: str, rights: int) -> None:
        with suppress(FileNotFoundError, PermissionError):
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            try:
                if not stat.S_ISDIR(os.fstat(place).st_mode):
                    rights &= _OF_FILES
                rule = struct.pack("=Qi", rights, place)
                call(_ADD_RULE, ctypes.c_int(rules), _BENEATH, rule, ctypes.c_uint32(0))
            finally:
                os.close(place)

    try:
        for path in readable:
            allow(path, _READ)
        for path in (*writable, os.devnull):
            allow(path, _READ | _WRITE)
        if system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) < 0:
            raise OSError(ctypes.get_errno(), "no_new_privs")
        call(_RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint32(0))
    finally:
        os.close(rules)
