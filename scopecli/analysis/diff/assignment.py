"""The map that `tf.train.init_from_checkpoint` takes: which tensor of a checkpoint is which variable."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from scopecli.analysis.diff.changes import Changes
from scopecli.report.model import Call, Report, Variable

_VARIABLE: Final = "Variable"  # the call whose variables are in no variable store


class Assignment(NamedTuple):
    """A tensor of a checkpoint, and the variable it is for.

    Attributes:
        key: the name in the checkpoint.
        variable: the name that `tf.get_variable` made the variable under.
        guessed: whether they were found to be the same by how they are called.
    """

    key: str
    variable: str
    guessed: bool


def assignments(report: Report, changes: Changes) -> Iterator[Assignment]:
    """Yield what restores of a checkpoint into a graph of this report, renamed variables too.

    What `tf.Variable` made is left out: TensorFlow looks for names among those that `get_variable` made.
    """
    for pairs, guessed in ((changes.pairs, False), (changes.renames, True)):
        for pair in pairs:
            name = _stored_name(pair.a, report.calls)
            if pair.restores and pair.is_sure and name is not None:
                yield Assignment(pair.b.key or pair.b.name, name, guessed)


def left_out(report: Report, changes: Changes) -> list[Variable]:
    """Return what would restore by a `Saver`, and can't be named in the map."""
    pairs = [*changes.pairs, *changes.renames]
    return [pair.a for pair in pairs if pair.restores and _stored_name(pair.a, report.calls) is None]


def _stored_name(variable: Variable, calls: tuple[Call, ...]) -> str | None:
    """Return what a variable is called in the store of `get_variable`; None if it is not in it.

    That is not its own name where the name had to be made unique.
    """
    if not variable.calls or not calls:  # it is not said; an optimizer makes its powers by `tf.Variable`
        return None if variable.role == "bookkeeping" else variable.name
    call = calls[variable.calls[0]]
    if call.step == _VARIABLE:
        return None
    return f"{call.scope}/{call.name}" if call.scope else call.name
