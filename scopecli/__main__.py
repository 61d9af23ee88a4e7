"""The `scopecli` program: a process of its own, which it leaves the quick way."""

import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and leave the process with its exit status.

    TensorFlow's teardown takes as long as half of its start and frees what the system frees anyway, so the
    process ends at once when everything is written.
    """
    status: object = 130
    try:
        from scopecli.cli import program  # noqa: PLC0415 - an interrupt while it loads is an interrupt too

        program.start(own_process=True)
    except SystemExit as leaving:
        status = leaving.code
    except KeyboardInterrupt:
        pass
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):  # closed, or never there: nobody reads it
            continue
    os._exit(status if isinstance(status, int) else int(status is not None))


if __name__ == "__main__":
    main()
