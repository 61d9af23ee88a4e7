"""`scopecli explain --error`."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import click

from scopecli.cli.messages import say
from scopecli.cli.output import WIDEST_PROSE, Output

if TYPE_CHECKING:
    from scopecli.advice import ErrorReading

_END: Final = 4 * 1024 * 1024  # bytes


def unless_error(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run the command on its source, or explain the error that is given instead of one."""

    @wraps(command)
    def with_error(*, error: str | None, source: str | None, output: Output, **options: Any) -> Any:
        if error is None and source is None:
            hint = "give a SOURCE to explain its calls, or an error as --error TEXT (- is standard input)"
            raise click.UsageError(hint)
        if error is None:
            return command(source=source, output=output, **options)
        if source is not None or any(options.values()):
            raise click.UsageError("--error explains a text: it goes with no SOURCE, and no option for one")
        return _explain(error, output)

    return with_error


def _explain(error: str, output: Output) -> None:
    from scopecli.advice import explain_error  # noqa: PLC0415 - not for `--help`

    text = _end_of_input() if error == "-" else error
    if not text.strip():
        raise click.UsageError("the error is empty: give TensorFlow's message, or the whole traceback")
    reading = explain_error(text)
    _show(reading, output)
    if reading.explanation is None:
        click.get_current_context().exit(1)


def _end_of_input() -> str:
    """Return the end of standard input, where the error of a log is."""
    end = b""
    try:
        while part := sys.stdin.buffer.read(_END):
            end = (end + part)[-_END:]
    except OSError as error:
        raise click.UsageError(f"cannot read standard input: {error.strerror or error}") from None
    return end.decode("utf-8", "replace")


def _show(reading: "ErrorReading", output: Output) -> None:
    from scopecli.render import errors  # noqa: PLC0415 - not for `--help`

    if output.format == "json":
        output.write(errors.error_json(reading))
    elif reading.explanation is None:
        say(errors.unknown_error(reading))
    else:
        widest = WIDEST_PROSE if output.on_terminal and not output.width else output.columns
        output.write(output.styled_lines(errors.error_text(reading, min(output.columns, widest))))
