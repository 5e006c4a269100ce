from .nxdata import describe_data, new_entry
from .nxprocess import write_process
from .nxtomo import Images, NXtomo, Transformation

__all__ = [
    "Images",
    "NXtomo",
    "Transformation",
    "describe_data",
    "new_entry",
    "write_process",
]
