"""Says of the variables of a source which are written, and what each is called and made there."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from shlex import quote
from typing import Final, NamedTuple

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.dtypes import DTYPES_BY_NAME
from scopecli.ground.errors import ConversionError
from scopecli.ground.words import did_you_mean, quote_text
from scopecli.report.model import Shape, Variable
from scopecli.report.roles import Role

FLOATS: Final = ("bfloat16", "float16", "float32", "float64")
"""The dtypes that floats may be cast to."""

_ALSO_FLOATS: Final = "float"  # what the names of the others begin with
_MOST_NAMED: Final = 10


class Chosen(NamedTuple):
    """A variable that is written.

    Attributes:
        row: the source's.
        name: what it is called in the destination.
        dtype: what its elements are there.
        transpose: the order of the source's axes there, as `numpy.transpose` takes it; None for the same.
    """

    row: Variable
    name: str
    dtype: str
    transpose: tuple[int, ...] | None = None

    @property
    def shape(self) -> Shape:
        """Its shape in the destination."""
        shape = self.row.shape
        if shape is None or self.transpose is None:
            return shape
        return tuple(shape[axis] for axis in self.transpose)

    @property
    def bytes(self) -> int | None:
        """The bytes of its elements in the destination; None where they are not known."""
        known = DTYPES_BY_NAME.get(self.dtype)
        itemsize = known.itemsize if known else self.row.itemsize
        return None if self.row.size is None or itemsize is None else self.row.size * itemsize


def with_casts(chosen: Sequence[Chosen], casts: Mapping[str, str], path: str) -> list[Chosen]:
    """Return variables with the dtypes that `--cast` gives them.

    Raises:
        ConversionError: if a dtype is none of floats, or no variable has it.
    """
    found = {one.dtype for one in chosen}
    problems = list(filter(None, (_cast_problem(old, new, found, path) for old, new in casts.items())))
    if problems:
        raise ConversionError(problems)
    return [one._replace(dtype=casts.get(one.dtype, one.dtype)) for one in chosen]


def _cast_problem(old: str, new: str, found: set[str], path: str) -> Diagnostic | None:
    there = f"the dtypes of what is written are {', '.join(sorted(found))}"
    if old not in DTYPES_BY_NAME:
        hint = did_you_mean(old, DTYPES_BY_NAME) or there
        return Diagnostic("SC662", f"{quote_text(old)} is no dtype of TensorFlow's", Location(path), hint)
    if not is_float(old):
        message = f"only floats are cast, and {old} is none"
        return Diagnostic("SC662", message, Location(path), f"leave out `--cast {old}={new}`")
    if old not in found:
        return Diagnostic("SC662", f"`--cast` finds no variable of {old}", Location(path), there)
    return None


def is_float(dtype: str) -> bool:
    """Tell whether a dtype is one of floats, those of eight bits too."""
    return dtype in FLOATS or dtype.startswith(_ALSO_FLOATS)


def refuse_repeated_names(chosen: Iterable[Chosen], path: str) -> None:
    """Raise ConversionError, with what they were called, if variables are to have one name."""
    chosen = list(chosen)
    counts = Counter(one.name for one in chosen)
    if len(counts) == len(chosen):
        return
    by_name: dict[str, list[str]] = {}
    for one in chosen:
        if counts[one.name] > 1:
            by_name.setdefault(one.name, []).append(one.row.key or one.row.name)
    told = [
        (f"{len(old)} variables would be called {name!r}: {', '.join(map(repr, old[:_MOST_NAMED]))}", None)
        for name, old in by_name.items()
    ]
    raise ConversionError(
        problems_of("SC661", told, path, "give each a name of its own with `--map`, or leave some out")
    )


def like_another(
    chosen: Iterable[Chosen], wanted: Sequence[Variable], wanted_path: str, path: str
) -> list[Chosen]:
    """Return what another source has, in its order.

    Raises:
        ConversionError: with each variable that is missing, or is of another shape or dtype.
    """
    by_name = {one.name: one for one in chosen}
    told = [
        (problem, hint)
        for row in wanted
        for problem, hint in [_unlike(by_name.get(row.name), row, by_name)]
        if problem
    ]
    if told:
        command = f"scopecli diff {quote(wanted_path)} {quote(path)}"
        hint = f"`{command}` tells what was probably renamed; `--map` renames it"
        raise ConversionError(problems_of("SC664", told, path, hint))
    return [by_name[row.name] for row in wanted]


def _unlike(one: Chosen | None, row: Variable, by_name: Mapping[str, Chosen]) -> tuple[str, str | None]:
    """Return how a variable is not as another source has it, and what may help; nothing where it is."""
    if one is None:
        del by_name
        return f"{row.name!r} {row.shape} {row.dtype} is missing", None
    shape = one.shape
    if row.shape is not None and (
        shape is None
        or len(shape) != len(row.shape)
        or any(size is not None and size != own for own, size in zip(shape, row.shape, strict=True))
    ):
        return f"{row.name!r} is of shape {shape}, and of {row.shape} there", None
    if row.dtype != one.dtype:
        casts = row.dtype in FLOATS and is_float(one.dtype)
        hint = f"`--cast {one.row.dtype}={row.dtype}` makes it so" if casts else None
        return f"{row.name!r} is of {one.dtype}, and of {row.dtype} there", hint
    return "", None


def problems_of(
    code: str, told: Sequence[tuple[str, str | None]], path: str, hint: str | None = None
) -> list[Diagnostic]:
    """Return a problem for each that is told, the first of many; the last has what helps."""
    shown = [Diagnostic(code, message, Location(path), own_hint) for message, own_hint in told[:_MOST_NAMED]]
    more = len(told) - len(shown)
    last = shown.pop()
    rest = f"{more:,} more are not told; " if more else ""
    help_line = "; ".join(filter(None, [last.help, f"{rest}{hint}" if hint else rest.rstrip("; ")])) or None
    return [*shown, Diagnostic(code, last.message, last.location, help_line)]


def roles_left_out(rows: Iterable[Variable], chosen: Iterable[Chosen]) -> dict[Role, int]:
    """Return how many variables of each role are not written."""
    written = {id(one.row) for one in chosen}
    return dict(Counter(row.role for row in rows if id(row) not in written))
