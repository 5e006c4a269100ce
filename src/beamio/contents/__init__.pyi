from .cdl import cdl_lines
from .chain import chain
from .description import Description, describe
from .environment import Environment, environment
from .page import Names, Page, page
from .query import Query
from .search import Found, find
from .values import Values, values
from .walk import contents
from .way import way_to

__all__ = [
    "Description",
    "Environment",
    "Found",
    "Names",
    "Page",
    "Query",
    "Values",
    "cdl_lines",
    "chain",
    "contents",
    "describe",
    "environment",
    "find",
    "page",
    "values",
    "way_to",
]
