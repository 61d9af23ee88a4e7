"""What may be changed of an object-based checkpoint so that it stays loadable.

Its object graph says under which key each value of each object is, and TensorFlow looks for all of them.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from scopecli.converting.choosing import Chosen, problems_of
from scopecli.ground.errors import ConversionError
from scopecli.report.model import Variable

_WHY: Final = "its object graph refers to it, and TensorFlow would refuse to restore what is not there"
_HELP: Final = (
    "an object-based checkpoint is written with all of its variables, under their names; "
    "write a part of it, or other names, to .safetensors or .npz"
)


def refuse_unloadable(rows: Sequence[Variable], chosen: Sequence[Chosen], path: str) -> None:
    """Raise ConversionError if variables of an object-based checkpoint are left out or renamed."""
    told = [(problem, None) for problem in _problems(rows, chosen)]
    if told:
        raise ConversionError(problems_of("SC665", told, path, _HELP))


def _problems(rows: Sequence[Variable], chosen: Sequence[Chosen]) -> Iterator[str]:
    names: dict[int, list[str]] = {}
    for one in chosen:
        names.setdefault(id(one.row), []).append(one.name)
    for row in rows:
        written = names.get(id(row))
        if written is None:
            yield f"{row.key!r} can't be left out: {_WHY}"
        elif written != [row.name]:
            yield f"{row.key!r} can't be renamed: {_WHY}"


def with_keys(chosen: Sequence[Chosen]) -> list[Chosen]:
    """Return variables under their keys, in place of their names."""
    return [one._replace(name=one.row.key or one.name) for one in chosen]
