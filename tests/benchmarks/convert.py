"""Compares conversions of a gibibyte with `cp` of the same bytes: `python tests/benchmarks/convert.py`.

Every measurement is a process of its own; the sides take turns, and the medians are compared. What scopecli
writes is on the disk when it ends, so its peer is `cp` and a `sync` of the copy; `cp` alone is told too.
"""

import argparse
import os
import shutil
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from compare import SCOPECLI, Cost, Row, cost, tell
from sources import GIBIBYTE, written

TENSORS = 256
SECONDS_TO_LINK = 0.15
MOST_MEMORY = 200  # MiB
COPY = ("cp", "{source}", "{copy}")
COPY_TO_DISK = ("sh", "-c", 'cp "$0" "$1" && sync "$1"', "{source}", "{copy}")


def measured(commands: Sequence[Sequence[str]], out: Path, repeat: int) -> list[Cost]:
    """Run commands in turn, each into a folder with nothing in it, and return the median cost of each.

    Each round begins with another: what the one before leaves of the machine's memory is part of the cost.
    """
    costs: list[list[Cost]] = [[] for _ in commands]
    for start in range(repeat):
        for place in range(len(commands)):
            number = (start + place) % len(commands)
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir()
            os.sync()
            costs[number].append(cost(commands[number]))
    return [Cost(*map(statistics.median, zip(*found, strict=True))) for found in costs]


def rows(folder: Path, repeat: int) -> list[Row]:
    """Measure everything, on tensors of 4 MiB."""
    prefix = written(str(folder), TENSORS, (GIBIBYTE // TENSORS // 4,))
    out = folder / "out"
    places = {"source": f"{prefix}.data-00000-of-00001", "copy": f"{out}/copy"}
    convert = (*SCOPECLI, "convert", prefix)
    rename = ("--map", r"layer_(\d+)/(.*)=block_\1/\2")
    commands = (
        [word.format(**places) for word in COPY],
        [word.format(**places) for word in COPY_TO_DISK],
        (*convert, f"{out}/model.ckpt", *rename, "--link"),
        (*convert, f"{out}/model.ckpt", *rename),
        (*convert, f"{out}/model.safetensors"),
        (*convert, f"{out}/model.safetensors", "--cast", "float32=bfloat16"),
    )
    alone, to_disk, linked, copied, other, cast = measured(commands, out, repeat)
    peer = f"cp and sync {to_disk.seconds:.2f} s, cp alone {alone.seconds:.2f} s"

    def speed(what: str, ours: Cost, least: float) -> Row:
        sides = f"{ours.seconds:.2f} s, {ours.memory:.0f} MiB; {peer}"
        return Row(f"{what}, time", ours.seconds / to_disk.seconds, 1 / least, sides)

    def memory(what: str, ours: Cost) -> Row:
        return Row(f"{what}, memory", ours.memory / MOST_MEMORY, 1.0, f"{ours.memory:.0f} MiB")

    return [
        Row("rename 1 GiB, linked", linked.seconds / SECONDS_TO_LINK, 1.0, f"{linked.seconds:.3f} s"),
        speed("rename 1 GiB, copied", copied, 0.9),
        memory("rename 1 GiB, copied", copied),
        speed("1 GiB to safetensors", other, 0.7),
        memory("1 GiB to safetensors", other),
        speed("1 GiB cast to bfloat16", cast, 0.5),
    ]


def main() -> None:
    """Print a line a comparison; leave with 1 if one is above its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=6, help="rounds, the median counts (default: 6)")
    repeat = parser.parse_args().repeat
    with tempfile.TemporaryDirectory() as folder:
        tell(rows(Path(folder), repeat))


if __name__ == "__main__":
    main()
