from .query import Query
from .search import Found, find
from .walk import contents

__all__ = ["Found", "Query", "contents", "find"]
