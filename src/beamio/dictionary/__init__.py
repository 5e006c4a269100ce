"""Files as dictionaries of Python's and NumPy's values, and back, exactly."""

from beamio.dictionary.dictionary import from_dict, to_dict
from beamio.dictionary.ini_text import from_ini, to_ini
from beamio.dictionary.json_text import from_json, to_json

__all__ = ["from_dict", "from_ini", "from_json", "to_dict", "to_ini", "to_json"]
