"""How long it takes to compare two sources of 20,000 variables of which 2,000 were renamed.

Run by hand: `python tests/benchmarks/renames.py`.
"""

from collections.abc import Callable
from time import perf_counter
from zlib import crc32

from scopecli.analysis.diff import compare
from scopecli.report.model import Report, Source, Variable
from scopecli.report.source_kinds import SourceKind

COUNT, RENAMED = 20_000, 2_000
SHAPES = ((1024, 1024), (1024,), (4096, 1024), (64,))
KINDS = ("kernel", "bias", "attention/query/kernel", "layer_norm/gamma", "w/Adam", "embedding")

RENAMES: dict[str, Callable[[str], str]] = {
    "a prefix": lambda name: name.replace("model/", "net/encoder/", 1),
    "an index's form": lambda name: name.replace("layer_", "layer", 1).replace("block", "Block", 1),
    "the last component": lambda name: f"{name}_new",
    "nothing in common": lambda name: f"{crc32(name.encode()):x}",
}


def report(path: str, names: list[str], shapes: list[tuple[int, ...]]) -> Report:
    """Return a report with variables of these names."""
    rows = (
        Variable(name, shape, "float32", "", "ref", trainable=True, collections=(), device="", itemsize=4)
        for name, shape in zip(names, shapes, strict=True)
    )
    return Report(Source(SourceKind.METAGRAPH, path), variables=tuple(rows))


def main() -> None:
    """Print the seconds and how many renames were found, a way of renaming a line."""
    names = [f"model/block{i // 60}/layer_{i // 6}/{KINDS[i % 6]}" for i in range(COUNT)]
    print(f"{'renamed':<20} {'variables':>10} {'renamed':>8} {'found':>8} {'seconds':>8}")
    for what, rename in RENAMES.items():
        for renamed in (RENAMED, COUNT):
            for shapes in ([SHAPES[i % 4] for i in range(COUNT)], [SHAPES[0]] * COUNT):
                moved = set(range(0, COUNT, COUNT // renamed))
                others = [rename(name) if i in moved else name for i, name in enumerate(names)]
                a, b = report("a", names, shapes), report("b", others, shapes)
                start = perf_counter()
                changes = compare(a, b)
                seconds = perf_counter() - start
                right = sum(rename(pair.a.name) == pair.b.name for pair in changes.renames)
                print(f"{what:<20} {COUNT:>10} {renamed:>8} {right:>8} {seconds:>8.2f}")


if __name__ == "__main__":
    main()
