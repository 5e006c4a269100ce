"""NeXus: what makes a file plot itself and tell where it came from.

The names are in ``__init__.pyi``. Each is imported when it is used first.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
