"""Looks into a running cluster, with a source as the list of what there is."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from time import sleep
from typing import TYPE_CHECKING, Any, Final

from scopecli.analysis.selection import Listing, Row, Selection, chosen_variables
from scopecli.commands.engine import Engine
from scopecli.commands.on_servers import ServerChoice
from scopecli.commands.run import load_tensorflow
from scopecli.ground.clusters import Servers
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import EngineError, InvalidSourceError, ServersError
from scopecli.report.model import Variable
from scopecli.sources.clusters import read_cluster
from scopecli.sources.opened import Opened, Unread, raise_unread, read_ones
from scopecli.sources.stretches import put_together
from scopecli.tf1.looking import Look, parts_of

if TYPE_CHECKING:
    from scopecli.commands.list import Listed

_KINDS: Final = frozenset({"ref", "resource"})


class ClusterView:
    """Sources with what a running cluster has of their variables; it is to be closed.

    Attributes:
        engine: how scenarios are built: on this cluster.
        marks: checksums of the values that were read, by source and name; None where none are asked for.
    """

    def __init__(self, choice: ServerChoice, engine: Engine) -> None:
        """Take which servers to look at, and how TensorFlow is loaded."""
        cluster = read_cluster(choice.cluster) if choice.cluster else None
        self._servers = Servers(choice.target or "", cluster, choice.connect_timeout)
        self.engine = replace(engine, cluster=cluster)
        self._looks: list[Look] = []
        self.marks: dict[tuple[str, str], int] | None = None

    def close(self) -> None:
        """End the sessions that look."""
        while self._looks:
            self._looks.pop().close()

    def of(self, opened: Opened, selection: Selection) -> Opened | Unread:
        """Return a source with what the cluster has of the variables that are asked for."""
        rows = {row.name: row for row in chosen_variables(opened.report.variables, selection)}
        unknown = next((row for row in rows.values() if row.kind not in _KINDS), None)
        if unknown:
            return Unread(opened.shown_path, InvalidSourceError([_no_variables(opened)]))
        load_tensorflow(self.engine)
        try:
            look = Look(self._servers, rows.values())
            self._looks.append(look)
            has_value = look.which_have_values() if rows else {}
        except ServersError as error:
            return Unread(opened.shown_path, error)
        except EngineError as error:
            return Unread(opened.shown_path, ServersError([_refusal(error, self._servers.target)]))

        def with_state(row: Variable) -> Variable:
            if row.name not in rows:
                return row
            return replace(row, device=look.device_of(row), initialized=has_value[row.name])

        report = replace(opened.report, variables=tuple(map(with_state, opened.report.variables)))
        reader = _Reader(look, has_value, self._servers.target)

        def read(variable: Variable) -> Any:
            value = reader.read(variable)
            if value is not None and self.marks is not None:
                self.marks[opened.report.source.path, variable.name] = _checksum(value)
            return value

        return replace(opened, report=report, read=read, expect=reader.expect)


class _Reader:
    """Reads values out of a cluster; None of a variable that has none."""

    def __init__(self, look: Look, has_value: dict[str, bool], target: str) -> None:
        self._look = look
        self._has_value = has_value
        self._target = target

    def expect(self, variables: Sequence[Variable]) -> None:
        """Note what will be read, in this order."""
        self._look.expect([row for row in variables if self._is_whole(row)])

    def read(self, variable: Variable) -> Any:
        """Return the value of a variable; raise InvalidSourceError where TensorFlow fails."""
        if not self._is_whole(variable):
            return None
        try:
            if not variable.slices:
                return self._look.array_of(variable)
            return put_together(variable, [self._look.array_of(part) for part in parts_of(variable)])
        except EngineError as error:
            raise InvalidSourceError([_refusal(error, self._target)]) from None

    def _is_whole(self, variable: Variable) -> bool:
        return all(self._has_value.get(part.name) for part in parts_of(variable))


def _checksum(value: Any) -> int:
    import google_crc32c  # noqa: PLC0415 - only where values are watched
    import numpy as np  # noqa: PLC0415 - there are arrays

    is_plain = not value.dtype.hasobject
    data = np.ascontiguousarray(value).tobytes() if is_plain else repr(value.tolist()).encode()
    return int(google_crc32c.value(data))


def _refusal(error: EngineError, target: str) -> Diagnostic:
    lost = f"{error.lost} was lost: " if error.lost else ""
    code = "SC113" if error.lost else "SC119"
    return Diagnostic(code, f"{lost}{error.message}", Location(target), type=error.type_names[0])


def _no_variables(opened: Opened) -> Diagnostic:
    message = f"a {opened.report.source.kind} does not say what its variables are in a graph, ref or resource"
    hint = "give the program's .meta, a scenario, or what `scopecli trace -f json` saved"
    return Diagnostic("SC653", message, Location(opened.shown_path), hint)


@contextmanager
def cluster_view(choice: ServerChoice, engine: Engine) -> Iterator[ClusterView]:
    """Yield what looks into a running cluster."""
    with closing(ClusterView(choice, engine)) as view:
        yield view


class Moved:
    """The rows of sources that are new since the look before."""

    def __init__(self, listings: list[Listing | Unread]) -> None:
        self._listings = listings

    def listings(self) -> list[Listing]:
        """Return them by source."""
        return read_ones(self._listings)

    def listings_and_unread(self) -> list[Listing | Unread]:
        """Return the same, with what stands for sources that could not be read."""
        return self._listings

    def rows_and_unread(self) -> Iterator[Row | Unread]:
        """Yield the same row by row."""
        for listing in self._listings:
            yield from [listing] if isinstance(listing, Unread) else listing.rows


def rounds(listed: "Listed", view: ClusterView, seconds: float) -> Iterator[Moved]:
    """Yield every row, and from then on those whose value is another than before, or is new or gone."""
    before: dict[tuple[str, str], object] = {}
    while True:
        view.marks = {}
        listings: list[Listing | Unread] = []
        now: dict[tuple[str, str], object] = {}
        for one in listed.listings_and_unread():
            if isinstance(one, Unread):
                listings.append(one)
                continue
            states = {row: _state(one, row, view) for row in one.rows}
            now |= {_key(one, row): state for row, state in states.items()}
            rows = tuple(row for row, state in states.items() if before.get(_key(one, row), now) != state)
            if rows or not before:
                listings.append(replace(one, rows=rows, of=None))
        if listings:
            yield Moved(listings)
        before = now
        sleep(seconds)
        view.close()
        looked = [one if isinstance(one, Unread) else view.of(one, listed.selection) for one in listed.found]
        raise_unread(looked)
        listed = replace(listed, found=looked, _met={})


def _key(listing: Listing, row: Row) -> tuple[str, str]:
    return listing.source.path, row.variable.name


def _state(listing: Listing, row: Row, view: ClusterView) -> object:
    return row.variable.initialized, (view.marks or {}).get(_key(listing, row))
