"""What comes of restoring a checkpoint into the variables of a graph: all of it, before TensorFlow tries."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from scopecli.analysis.diff import Changes, Pair, compare
from scopecli.ground.diagnostics import Location, Note
from scopecli.ground.errors import InvalidSourceError
from scopecli.interpret import Preflight
from scopecli.report.model import Report, Source, Variable
from scopecli.report.source_kinds import SourceKind

_MOST_TOLD: Final = 1_000


def preflight(path: str, variables: Sequence[Variable]) -> Preflight:
    """Compare variables with what a checkpoint has; of one that can't be read, TensorFlow says why."""
    from scopecli.sources.checkpoints import open_checkpoint  # noqa: PLC0415 - few scenarios restore any

    try:
        saved = open_checkpoint(path).report
    except InvalidSourceError:
        return Preflight()
    changes = compare(Report(Source(SourceKind.SCENARIO, path), variables=tuple(variables)), saved)
    place = Location(path)
    silent = tuple(pair for pair in changes.shapes if pair.restores_silently)
    return Preflight(
        tuple(Note(message, place) for message in _refusals(changes, len(silent))),
        tuple(Note(message, place) for message in _shapes(silent)),
    )


def _refusals(changes: Changes, silent: int) -> Iterator[str]:
    """Yield what TensorFlow refuses, a kind of it a message."""
    if changes.only_a:
        partners = {id(pair.a): pair.b.name for pair in changes.renames}
        whole = len(changes.only_a) + len(changes.pairs)
        listed = _list_of_texts(_missing(row, partners.get(id(row))) for row in changes.only_a)
        yield f"it lacks {len(changes.only_a):,} of {whole:,} variables: {listed}"
    if len(changes.shapes) > silent:
        refused = [pair for pair in changes.shapes if not pair.restores_silently]
        yield from _shapes(refused)
    if changes.dtypes:
        dtypes = _list_of_texts(
            f"`{pair.a.name}` is {pair.b.dtype} and not {pair.a.dtype}" for pair in changes.dtypes
        )
        yield f"another dtype in the checkpoint: {dtypes}"


def _missing(row: Variable, partner: str | None) -> str:
    return f"`{row.name}` (perhaps `{partner}` there)" if partner else f"`{row.name}`"


def _shapes(pairs: Sequence[Pair]) -> Iterator[str]:
    if pairs:
        shapes = _list_of_texts(f"`{pair.a.name}` is {pair.b.shape} and not {pair.a.shape}" for pair in pairs)
        yield f"another shape in the checkpoint: {shapes}"


def _list_of_texts(texts: Iterable[str]) -> str:
    told = list(texts)
    more = [f"and {len(told) - _MOST_TOLD:,} more"] if len(told) > _MOST_TOLD else []
    return ", ".join([*told[:_MOST_TOLD], *more])
