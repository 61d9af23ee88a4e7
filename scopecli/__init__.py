"""See which TF1 variables exist, who made them, who shares them, and why a call failed.

`scopecli.load` reads a source of any kind into a `Report`; `diff` compares two, `tree`, `lint` and `explain`
tell of one, `draw` and `page` show it, `check` judges scenarios, and `trace` runs a program. Nothing is
imported before it is asked for.
"""

TYPE_CHECKING = False  # type checkers know the name; importing `typing` would take longer than all of this

if TYPE_CHECKING:
    from scopecli.analysis.diff import Changes
    from scopecli.drawing.drawn import Drawing
    from scopecli.drawing.formats import DrawingFormat as DrawingFormat  # the type of an argument alone
    from scopecli.ground.errors import (
        InvalidSourceError,
        ScopecliError,
        SessionTooLargeError,
        TensorFlowUnavailableError,
    )
    from scopecli.library import check, diff, draw, explain, lint, load, page, trace, tree
    from scopecli.report.model import Call, Report, Variable

__version__ = "0.1.0"

__all__ = [
    "Call",
    "Changes",
    "Drawing",
    "InvalidSourceError",
    "Report",
    "ScopecliError",
    "SessionTooLargeError",
    "TensorFlowUnavailableError",
    "Variable",
    "check",
    "diff",
    "draw",
    "explain",
    "lint",
    "load",
    "page",
    "trace",
    "tree",
]

_HOMES = {
    "notebook": ("load_ipython_extension",),
    "library": ("check", "diff", "draw", "explain", "lint", "load", "page", "trace", "tree"),
    "report.model": ("Call", "Report", "Variable"),
    "analysis.diff": ("Changes",),
    "drawing.drawn": ("Drawing",),
    "ground.errors": (
        "InvalidSourceError",
        "ScopecliError",
        "SessionTooLargeError",
        "TensorFlowUnavailableError",
    ),
}


if not TYPE_CHECKING:  # for type checkers, it would stand for every name

    def __getattr__(name: str) -> object:
        """Import what is asked for by name."""
        for home, names in _HOMES.items():
            if name in names:
                from importlib import import_module  # noqa: PLC0415 - not for `import scopecli`

                return getattr(import_module(f"{__name__}.{home}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__", "__doc__", "__all__"])
