"""The `scopecli` program: a process of its own, which it leaves the quick way."""

import os
import signal
import sys
from typing import Final, NoReturn

# How each standard stream is opened where the process was started without it.
_STREAMS: Final = (("stdin", os.O_WRONLY, "r"), ("stdout", os.O_RDONLY, "w"), ("stderr", os.O_WRONLY, "w"))


def main() -> NoReturn:
    """Run the command line and leave the process with its exit status.

    TensorFlow's teardown takes as long as half of its start and frees what the system frees anyway, so the
    process ends at once when everything is written.
    """
    status: object = 130
    try:
        _end_cleanly_by_signals()
        _open_closed_streams()
        from scopecli.cli import program  # noqa: PLC0415 - an interrupt while it loads is an interrupt too

        program.start(own_process=True)
    except SystemExit as leaving:
        status = leaving.code
    except KeyboardInterrupt:
        pass
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # full, or closed: nobody reads it
            continue
    os._exit(status if isinstance(status, int) else int(status is not None))


def _end_cleanly_by_signals() -> None:
    """Have the signals that end a process end it as an interrupt does: what was begun is taken back.

    What is ignored stays so, as `nohup` has it. The status is what a shell says of a process ended by one.
    """
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]

    def end(number: int, _frame: object) -> NoReturn:
        for other in numbers:  # one is enough: a second would end what takes things back
            signal.signal(other, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for number in numbers:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, end)


def _open_closed_streams() -> None:
    """Let every standard stream be one, so that no file opened later is taken for it.

    To read from what was closed fails, and so does writing results to it; messages are lost without a word.
    """
    for name, flags, mode in _STREAMS:
        if getattr(sys, name) is None:
            null = os.open(os.devnull, flags)  # the lowest number that is free: the stream's own
            setattr(sys, name, open(null, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - open till the end


if __name__ == "__main__":
    main()
