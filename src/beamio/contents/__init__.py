"""What files hold: listed and found.

The names are in ``__init__.pyi``. Each is imported when it is used first, so that a
listing starts without what a search needs.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
