"""A TF1 session over a finished graph: initialises variables and fetches their values."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from itertools import groupby
from threading import Thread
from typing import Any, Final

from scopecli.tf1.refusals import translated
from scopecli.tf1.startup import TensorFlow

_FETCHED_TOGETHER: Final = 32 * 1024 * 1024  # bytes: enough to make the calls cheap, little beside a model


class Session:
    """A session on the CPU, with the graph optimizer off: a graph of initializers gives it nothing to do."""

    def __init__(self, tf: TensorFlow, graph: Any) -> None:
        self._tf = tf
        self._graph = graph
        self._session = tf.Session(graph=graph, config=_config(tf))
        self._result: Future[Any] | None = None

    def close(self) -> None:
        """Free what the session holds, unless it was interrupted: that would wait until it has run."""
        if self._result is None or self._result.done():
            self._session.close()

    def initialize(self, variables: Sequence[Any]) -> None:
        """Run the initializers of some variables, in one call.

        Raises:
            EngineError: if TensorFlow fails at one of them.
        """
        with translated(self._tf.OpError), self._graph.as_default():
            self._apart(self._session.run, self._tf.variables_initializer(variables))

    def initialized(self, variables: Sequence[Any]) -> list[bool]:
        """Return for each variable whether it has a value."""
        with translated(self._tf.OpError), self._graph.as_default():
            asked = [self._tf.is_variable_initialized(each) for each in variables]
            return [bool(each) for each in self._apart(self._session.run, asked)]

    def fetch(self, variables: Iterable[tuple[Any, int]]) -> Iterator[Any]:
        """Yield the value of each variable as an array, few of them in memory at a time.

        Args:
            variables: each with the bytes it takes, 0 where they are not known.
        """
        for group in _grouped(variables):
            with translated(self._tf.OpError):
                fetched = self._apart(self._session.run, group)
            while fetched:
                yield _array(fetched.pop(0))

    def _apart(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call TensorFlow on another thread: inside of it Python is not told of an interrupt."""
        self._result = result = Future[Any]()

        def call() -> None:
            try:
                result.set_result(function(*arguments))
            except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
                result.set_exception(error)

        Thread(target=call, daemon=True).start()
        return result.result()


def _grouped(variables: Iterable[tuple[Any, int]]) -> Iterator[list[Any]]:
    taken = 0

    def number(item: tuple[Any, int]) -> int:
        nonlocal taken
        taken += item[1]
        return taken // _FETCHED_TOGETHER

    for _, group in groupby(variables, key=number):
        yield [variable for variable, _ in group]


def _array(value: Any) -> Any:
    import numpy as np  # noqa: PLC0415 - TensorFlow has loaded it

    # A scalar string comes as bytes, from which numpy would drop zeros at the end.
    return np.asarray(value, dtype=object if isinstance(value, bytes) else None)


def _config(tf: TensorFlow) -> Any:
    config = tf.ConfigProto(device_count={"GPU": 0})
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    return config
