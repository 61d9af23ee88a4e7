# ruff: noqa
"""stub"""

from scopecli.sources.opened import Opened


def is_proto(path: str) -> bool:
    return False


def open_proto(path: str) -> Opened:
    raise NotImplementedError
