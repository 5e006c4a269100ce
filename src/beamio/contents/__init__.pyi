from .cdl import cdl_lines
from .description import Description, describe
from .environment import Environment, environment
from .query import Query
from .search import Found, find
from .values import Values, values
from .walk import contents

__all__ = [
    "Description",
    "Environment",
    "Found",
    "Query",
    "Values",
    "cdl_lines",
    "contents",
    "describe",
    "environment",
    "find",
    "values",
]
