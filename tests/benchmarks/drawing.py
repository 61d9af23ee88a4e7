"""Times drawings and pages beside a listing of the same source: `python tests/benchmarks/drawing.py`.

What a drawing or a page takes beyond loading is the difference. Each is a process of its own; they take
turns, and the medians are told.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROUNDS = 9
PARTS = "conv dense norm attn mlp proj out emb gate query key value".split()


def main() -> None:
    """Print for 10,000 drawn variables, and for a page of 5,000, the seconds beyond those of a listing."""
    with tempfile.TemporaryDirectory() as folder:
        many, page = Path(folder) / "many.json", Path(folder) / "page.json"
        write_report(many, 10_000)
        write_report(page, 5_000)
        for form in ("svg", "html", "mermaid", "dot", "text"):
            drawn = ["draw", many, "-f", form, "-o", Path(folder) / "drawing"]
            print(f"draw -f {form}, 10,000 variables: {beyond_loading(drawn, many):.2f} s beyond loading")
        file = Path(folder) / "page.html"
        seconds = beyond_loading(["page", page, "-o", file], page)
        size = file.stat().st_size
        print(f"page, 5,000 variables and calls: {seconds:.2f} s beyond loading, {size:,} bytes")


def write_report(path: Path, count: int) -> None:
    """Write a report of variables that no two scopes have alike, each made by a call."""
    saved = subprocess.run(
        [sys.executable, "-m", "scopecli", "run", "scenarios/gan.yaml", "-f", "json"],
        capture_output=True,
        text=True,
        check=True,
    )
    run = json.loads(saved.stdout)
    row, call = run["variables"][0], run["calls"][0]
    scopes = [f"model/{PARTS[number % 12]}_{number % 97}/{'x' * (number % 7)}" for number in range(count)]
    names = [f"{scope}w{number}" for number, scope in enumerate(scopes)]
    rows = [{**row, "name": name, "calls": [number]} for number, name in enumerate(names)]
    calls = [
        {**call, "index": number, "handle": None, "scope": name.rpartition("/")[0], "variable": name}
        | {"name": name.rpartition("/")[2], "first_call": number, "value": None, "scope_index": None}
        for number, name in enumerate(names)
    ]
    kept = {**run, "variables": rows, "calls": calls, "expectations": [], "snapshots": []}
    path.write_text(json.dumps(kept), encoding="utf-8")


def beyond_loading(arguments: Sequence[str | Path], source: Path) -> float:
    """Return how much longer a command takes than a listing of its source, in seconds."""
    pairs = [(seconds_of(arguments), seconds_of(["list", source])) for _ in range(ROUNDS)]
    return statistics.median(long - short for long, short in pairs)


def seconds_of(arguments: Sequence[str | Path]) -> float:
    """Return how long a process takes."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-m", "scopecli", *arguments], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
