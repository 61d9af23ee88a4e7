"""Hears of the moment when a program has imported TensorFlow."""

import importlib.util
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

from scopecli.tf1.stderr import captured_stderr


def when_imported(then: Callable[[], None], *, verbose: bool) -> None:
    """Call a function as soon as `tensorflow` is loaded, before whoever imports it goes on.

    What TensorFlow writes to standard error while it loads is held back, unless it fails or `verbose` is set.
    """
    sys.meta_path.insert(0, _Finder(then, verbose=verbose))


class _Finder:
    """Finds `tensorflow` once, as the others would, and has its loader tell."""

    def __init__(self, then: Callable[[], None], *, verbose: bool) -> None:
        self._then = then
        self._verbose = verbose

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of `tensorflow`; nothing of any other module."""
        del path, target
        if name != "tensorflow":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                with captured_stderr() as log:
                    log.show = "all" if self._verbose else "nothing"
                    load(module)
                self._then()

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]  # of this one loader
        return spec
