# ruff: noqa
"""stub"""

from scopecli.sources.opened import Opened


def is_report(path: str) -> bool:
    return False


def open_reports(path: str) -> list[Opened]:
    raise NotImplementedError
