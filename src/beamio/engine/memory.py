"""How much memory a process may take."""

import os
import resource


def machine_memory() -> int:
    """Return the bytes of memory of the machine."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def bound_memory(limit: int) -> None:
    """Let an absurd length in a file be an error, not the end of all memory.

    Parameters
    ----------
    limit
        Bytes that this process may take; a lower bound that it has already is kept.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
