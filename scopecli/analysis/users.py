"""From how many places a variable is used."""

from collections.abc import Sequence

from scopecli.report.model import Call, Variable


def count_users(variable: Variable, calls: Sequence[Call]) -> int:
    """Return how many calls yield a variable, or how many lines use its object, whichever are more.

    Args:
        variable: the variable.
        calls: those of its report.
    """
    uses = sum(len(calls[index].uses) for index in variable.calls if index < len(calls))
    return max(len(variable.calls), uses)
