"""Reads mutated inputs of a kind, and keeps those that end in anything but an answer or a message.

Run by hand, from the root: `python -m tests.fuzz KIND COUNT SEED [FOLDER]`. The seeds are the kinds' own
examples and what is in `tests/`; an input may take ten seconds. What is found is written to FOLDER, which is
`/tmp/scopecli-fuzz` where it is left out: a find becomes a small file below `tests/hostile_found`.
"""

import random
import signal
import sys
import time
import traceback
from pathlib import Path
from types import FrameType

from scopecli.ground.errors import ScopecliError
from tests.fuzz.inputs import KINDS
from tests.fuzz.reading import read_fully

SECONDS = 10


class TooSlowError(BaseException):
    """An input takes longer than it may; no `except Exception` stops that."""


def _out_of_time(_number: int, _frame: FrameType | None) -> None:
    raise TooSlowError


def campaign(kind: str, count: int, seed: int, folder: Path) -> dict[str, int]:
    """Read so many inputs; return how many finds there are of each place in the code."""
    draw = KINDS[kind]
    signal.signal(signal.SIGALRM, _out_of_time)
    found: dict[str, int] = {}
    work = folder / f"work-{kind}-{seed}"
    work.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        drawn = draw(random.Random(f"{seed}-{number}"), work)  # noqa: S311 - no secret
        signal.alarm(SECONDS)
        try:
            read_fully(drawn.path)
        except ScopecliError:
            pass
        except (Exception, TooSlowError) as error:  # noqa: BLE001 - that is what is looked for
            place = traceback.extract_tb(error.__traceback__)[-1]
            key = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}: {error}"[:150]
            found[key] = found.get(key, 0) + 1
            if found[key] == 1:
                kept = folder / f"{kind}-{seed}-{number}"
                kept.mkdir(exist_ok=True)
                for path in drawn.files:
                    (kept / path.name).write_bytes(path.read_bytes())
        finally:
            signal.alarm(0)
    return found


def main(kind: str, count: str, seed: str, folder: str = "/tmp/scopecli-fuzz") -> None:  # noqa: S108 - as is said
    """Run a campaign and print its finds."""
    began = time.monotonic()
    found = campaign(kind, int(count), int(seed), Path(folder))
    print(f"{kind}: {int(count):,} inputs, seed {seed}, {time.monotonic() - began:.0f} s")
    for key, number in sorted(found.items(), key=lambda item: -item[1]):
        print(f"  {number:,} times: {key}")


if __name__ == "__main__":
    main(*sys.argv[1:])
