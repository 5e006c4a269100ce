"""Files as dictionaries of Python's and NumPy's values, and back, exactly."""

from beamio.dictionary.dictionary import from_dict, to_dict

__all__ = ["from_dict", "to_dict"]
