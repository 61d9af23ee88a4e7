"""Reads JSON into the records that `encoding` wrote: strictly, and with the place of what is wrong."""

import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, TypeAlias, Union, get_args, get_origin

from scopecli.ground.numbers import is_integer, is_number
from scopecli.ground.record_fields import is_unsaved
from scopecli.ground.words import quote_text
from scopecli.report.values import Plain

Reader: TypeAlias = Callable[[Any], Any]
"""Returns what a piece of JSON says, or raises MismatchError."""

_DEEPEST: Final = 100
_LARGEST: Final = 2**63 - 1
NOT_FINITE: Final = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


class MismatchError(Exception):
    """Something else was found than what was expected.

    Attributes:
        path: where, from the innermost step outwards.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
        self.path: list[str | int] = []

    def __str__(self) -> str:
        steps = [_step(step) for step in reversed(self.path)]
        return f"{''.join(steps).removeprefix('.')}: {self.message}" if steps else self.message


class inside:  # noqa: N801 - a context manager, quicker to enter than what `contextmanager` makes
    """Says of what does not fit where it is."""

    __slots__ = ("_path",)

    def __init__(self, *path: str | int) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Begin what is there."""

    def __exit__(self, _: object, error: object, __: object) -> None:
        """Put the place before that of what does not fit."""
        if isinstance(error, MismatchError):
            error.path += reversed(self._path)


def mismatch(expected: str, found: object) -> MismatchError:
    """Return the error for something else than what was expected."""
    return MismatchError(f"expected {expected}, found {_describe_found(found)}")


def record(kind: Any, *, without: Collection[str] = ()) -> Reader:
    """Return what reads an object into a dataclass or a named tuple; what else is in the object is ignored.

    Args:
        kind: the class.
        without: the fields that are left at their defaults.
    """
    known = {name: (reader_of(of), needed) for name, of, needed in _fields(kind) if name not in without}

    def read(found: Any) -> Any:
        if not isinstance(found, dict):
            raise mismatch("an object", found)
        values = {}
        for name, (reader, needed) in known.items():
            if name in found:
                try:
                    values[name] = reader(found[name])
                except MismatchError as error:
                    error.path.append(name)
                    raise
            elif needed:
                raise MismatchError(f"the key `{name}` is missing")
        return kind(**values)

    return read


def _fields(kind: Any) -> Iterator[tuple[str, Any, bool]]:
    """Yield each field with its type, and whether it must be given."""
    if is_dataclass(kind):
        for field in fields(kind):
            if not is_unsaved(field):
                yield field.name, field.type, field.default is MISSING and field.default_factory is MISSING
    else:
        for name, of in kind.__annotations__.items():
            yield name, of, name not in kind._field_defaults


@cache
def reader_of(kind: Any) -> Reader:  # noqa: PLR0911 - a kind of type a line
    """Return what reads a value of a type: of plain ones, unions with None, tuples, mappings and records."""
    if kind == Plain:
        return _plain
    if kind in _SCALARS:
        return _SCALARS[kind]
    origin, arguments = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _member_of(kind)
    if origin is Literal:
        return _one_of(arguments)
    if origin in (Union, UnionType):
        (sole,) = (argument for argument in arguments if argument is not NoneType)
        return _optional(reader_of(sole))
    if origin is tuple:
        return _list_reader(reader_of(arguments[0]))
    if origin is not None:
        return _mapping_reader(reader_of(arguments[1]))
    return record(kind)


def _bool(found: Any) -> bool:
    if not isinstance(found, bool):
        raise mismatch("true or false", found)
    return found


def _int(found: Any) -> int:
    """Read a number: an index, a line, a dimension, a number of bytes."""
    if not is_integer(found):
        raise mismatch("an integer", found)
    if not 0 <= found <= _LARGEST:
        raise mismatch("an integer from 0 to 2^63 - 1", found)
    return found


def number(found: Any) -> float:
    """Read a number of any kind; those that JSON lacks are strings."""
    if isinstance(found, str) and found in NOT_FINITE:
        return NOT_FINITE[found]
    if not is_number(found):
        raise mismatch("a number", found)
    try:
        read = float(found)
    except OverflowError:
        read = math.inf
    if math.isinf(read):
        raise mismatch("a number that a float can be", found)
    return read


def text(found: Any) -> str:
    """Read a string."""
    if not isinstance(found, str):
        raise mismatch("a string", found)
    return found


_SCALARS: Final[dict[Any, Reader]] = {
    bool: _bool,
    int: _int,
    float: number,
    str: text,
    Any: lambda found: found,
}


def _plain(found: Any, depth: int = 0) -> Plain:
    """Read anything; it may be nested as deep as a scenario."""
    if depth > _DEEPEST:
        raise MismatchError(f"nested deeper than {_DEEPEST} levels")
    if isinstance(found, list):
        return [_plain(element, depth + 1) for element in found]
    if isinstance(found, dict):
        return {name: _plain(element, depth + 1) for name, element in found.items()}
    if isinstance(found, float):
        return number(found)
    value: Plain = found
    return value


def _member_of(kind: type[Enum]) -> Reader:
    read = _one_of(tuple(member.value for member in kind))
    return lambda found: kind(read(found))


def _one_of(words: tuple[Any, ...]) -> Reader:
    def read(found: Any) -> Any:
        if found not in words:
            raise mismatch(" or ".join(map(quote_text, words)), found)
        return found

    return read


def _optional(reader: Reader) -> Reader:
    return lambda found: None if found is None else reader(found)


def _list_reader(reader: Reader) -> Reader:
    def read(found: Any) -> tuple[Any, ...]:
        if not isinstance(found, list):
            raise mismatch("a list", found)
        values: list[Any] = []
        try:
            for element in found:
                values.append(reader(element))  # noqa: PERF401 - their number tells which one does not fit
        except MismatchError as error:
            error.path.append(len(values))
            raise
        return tuple(values)

    return read


def _mapping_reader(reader: Reader) -> Reader:
    def read(found: Any) -> Mapping[str, Any]:
        if not isinstance(found, dict):
            raise mismatch("an object", found)
        values = {}
        name = ""
        try:
            for name, element in found.items():
                values[name] = reader(element)
        except MismatchError as error:
            error.path.append(name)
            raise
        return values

    return read


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if step.isidentifier() else f"[{quote_text(step)}]"


def _describe_found(found: object) -> str:
    match found:
        case str():
            return quote_text(found)
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return quote_text(json.dumps(found))[1:-1]
