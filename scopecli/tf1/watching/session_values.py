"""Reads what variables hold when a program's session last ran, with nothing added to its graphs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from scopecli.report.values import Value, value_of
from scopecli.tf1.session import as_array, group_by_size
from scopecli.tf1.startup import lazy, load
from scopecli.tf1.watching.watched_graph import parts_of


class SessionValues:
    """The values of the variables that calls yielded.

    Of each graph the session is held on to that ran last, so that it is there until its values are read: when
    it is closed, or at the program's end. What is fetched is in the graph already, and no random number is
    drawn for it.
    """

    def __init__(self, results: Callable[[], Iterable[Any]], *, full: bool) -> None:
        """Begin with nothing.

        Args:
            results: returns what calls yielded so far.
            full: whether large values are kept whole.
        """
        self._results = results
        self._full = full
        self._run = lazy.BaseSession.run  # before any hook is put in
        self._latest: dict[int, Any] = {}
        self._values: dict[int, Value | None] = {}

    def note_run(self, session: Any) -> None:
        """Note that a session runs."""
        self._latest[id(session.graph)] = session

    def read(self, session: Any) -> None:
        """Read the values of a session that is about to be closed, if none of its graph ran later."""
        graph = id(session.graph)
        if self._latest.get(graph) is session:
            del self._latest[graph]
            self._values.update(self._fetch(session))

    def read_open(self) -> None:
        """Read those of sessions that nobody closed."""
        for session in [*self._latest.values()]:
            self.read(session)

    def has(self, result: Any) -> bool:
        """Tell whether it is known what a variable holds, or that it holds nothing."""
        return id(result) in self._values

    def of(self, result: Any) -> Value | None:
        """Return what a variable holds; None of one that is not initialised, or not known."""
        return self._values.get(id(result))

    def _fetch(self, session: Any) -> Iterator[tuple[int, Value | None]]:
        """Yield values by the identity of what has them."""
        wanted = {id(result): result for result in self._results()}.values()
        mine = [(result, parts_of(result)) for result in wanted]
        sized = [
            ((result, parts), sum(_bytes(part) for part in parts))
            for result, parts in mine
            if parts and all(getattr(part, "graph", None) is session.graph for part in parts)
        ]
        for group in group_by_size(sized):
            yield from self._fetch_group(session, group)

    def _fetch_group(
        self, session: Any, group: Sequence[tuple[Any, list[Any]]]
    ) -> Iterator[tuple[int, Value | None]]:
        try:
            elements = [[session.graph.as_graph_element(part) for part in parts] for _, parts in group]
            fetched = self._run(session, elements)
        except lazy.FailedPreconditionError:  # one of them is not initialised
            if len(group) > 1:
                for one in group:
                    yield from self._fetch_group(session, [one])
            else:
                yield id(group[0][0]), None
            return
        except Exception:  # noqa: BLE001 - whatever it is, the program has nothing to do with it
            return
        for (result, parts), arrays in zip(group, fetched, strict=True):
            yield id(result), value_of(_whole(result, parts, arrays), full=self._full)


def _bytes(part: Any) -> int:
    return int(part.dtype.base_dtype.size * (part.get_shape().num_elements() or 0))


def _whole(result: Any, parts: Sequence[Any], arrays: Sequence[Any]) -> Any:
    """Return the value of a variable out of those of its parts."""
    if not isinstance(result, load().PartitionedVariable):
        return as_array(arrays[0])
    import numpy as np  # noqa: PLC0415 - TensorFlow has loaded it

    whole = np.empty(result.get_shape().as_list(), as_array(arrays[0]).dtype)
    for part, array in zip(parts, arrays, strict=True):
        facts = part._save_slice_info  # noqa: SLF001 - nothing else tells where a part begins
        stretches = zip(facts.var_offset, facts.var_shape, strict=True)
        whole[tuple(slice(at, at + size) for at, size in stretches)] = array
    return whole
