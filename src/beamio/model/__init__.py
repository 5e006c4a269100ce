"""Values that describe data: no IO, no threads, only NumPy and the stdlib.

The names are in ``__init__.pyi``. Each is imported when it is used first.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
