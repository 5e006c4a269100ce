"""Data IO for beamlines: open, correct and hand on synchrotron data.

The public names are in ``__init__.pyi``. Each is imported when it is used first, so
that a command starts without what it does not use.
"""

import sys
from types import ModuleType

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)


class _Package(ModuleType):
    """Lets a public function come before the package of its name.

    Python sets a package as an attribute of the one above when it is imported:
    ``beamio.flatfield`` would no longer be the function.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and name in __all__):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
