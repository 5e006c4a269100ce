"""Compare a plan with what is in a group already, before anything is changed."""

from typing import Any

from h5py import h5g, h5l, h5o

from beamio.dictionary.keys import encoded
from beamio.dictionary.plan import Node
from beamio.dictionary.problems import Problems
from beamio.errors import OptionError


def check(group: Any, plan: Node, mode: str, problems: Problems, file: str) -> None:
    """Take out of a plan what can't be written into a group, and tell of it.

    Parameters
    ----------
    group
        The `h5py.Group`; None if it is yet to be made.
    plan
        What is to be written.
    mode
        One of "create", "add", "modify" and "replace".
    problems
        What becomes of the places that clash.
    file
        The name that the file has, or will have.
    """
    where = "" if group is None else f"{file}::{group.name}".rstrip("/")
    _check(None if group is None else group.id, plan, mode, (problems, where))


def _check(group: Any, plan: Node, mode: str, told: tuple[Problems, str]) -> None:
    problems, where = told
    for name, node in list(plan.content.items()):
        place = f"{where}/{name}"
        there = group is not None and group.links.exists(encoded(name))
        clash = _clash(group, encoded(name), node, mode) if there else _missing(node)
        if clash:
            del plan.content[name]
            problems.meet(OptionError(f"{place}: {clash}", place=place))
        elif node.is_group and not node.kind:
            below = there and mode != "replace"
            item = h5o.open(group, encoded(name)) if below else None
            _check(item, node, mode, (problems, place))


def _missing(node: Node) -> str:
    if node.content is None:
        return "attributes are given of what is not there; add a value"
    return ""


def _clash(group: Any, name: bytes, node: Node, mode: str) -> str:
    """Say why a node can't be written where something is; empty if it can."""
    if mode == "replace" and node.content is not None:
        return ""
    is_link = group.links.get_info(name).type != h5l.TYPE_HARD
    if is_link and (node.is_group or node.content is None):
        return 'is a link, which is not followed; write to its target, or use "replace"'
    if is_link or node.content is None:
        return ""
    is_group = isinstance(h5o.open(group, name), h5g.GroupID)
    if node.is_group and not node.kind and not is_group:
        return 'is a dataset, and a group is given; replace it with mode="replace"'
    if is_group and not node.is_group and mode == "modify":
        return 'is a group, and a value is given; replace it with mode="replace"'
    return ""
