"""What sources say of themselves, in lines."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from scopecli.analysis.selection import about
from scopecli.render.text import safe, shape_text
from scopecli.report.model import Report


def about_lines(reports: Sequence[Report]) -> Iterator[str]:
    """Yield for each source its facts, a line each, and an empty line at the end."""
    for report in reports:
        yield safe(f"{report.source.path}: {report.source.kind}")
        for name, fact in about(report).items():
            yield from _FACTS.get(name, _fact)(name, fact)
        yield ""


def _fact(name: str, fact: Any) -> Iterator[str]:
    yield f"  {name}: {safe(', '.join(map(str, fact)) if isinstance(fact, (list, tuple)) else str(fact))}"


def _saver(_: str, fact: Any) -> Iterator[str]:
    yield f"  the Saver in it restores {len(fact):,} variables"
    for name, variable in fact.items():
        if name != variable:
            yield safe(f"    {variable} from {name}")


def _signatures(_: str, fact: Any) -> Iterator[str]:
    for name, signature in fact.items():
        yield safe(f"  signature {name}: {signature['method'] or 'no method'}")
        for direction in ("inputs", "outputs"):
            for argument, tensor in signature[direction].items():
                yield safe(f"    {direction[:-1]} {argument}: {_tensor(tensor)}")


def _tensor(tensor: Mapping[str, Any]) -> str:
    shape = tensor["shape"]
    return f"{tensor['name']} {shape_text(None if shape is None else tuple(shape))} {tensor['dtype']}"


_FACTS: Final[dict[str, Callable[[str, Any], Iterator[str]]]] = {"signatures": _signatures, "saver": _saver}
