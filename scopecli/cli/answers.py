"""The one place where errors become messages and exit statuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click
from click.exceptions import Exit

from scopecli.cli.messages import say, show
from scopecli.cli.output import leave_standard_output, unwritable
from scopecli.ground.errors import OutputError, ScopecliError

INTERRUPTED: Final = 130


@contextmanager
def answer_errors() -> Iterator[None]:
    """End what goes wrong inside in one message and the right exit status.

    Raises:
        Exit: with that status.
    """
    try:
        yield
    except ScopecliError as error:
        for diagnostic in error.diagnostics:
            show(diagnostic)
        raise Exit(error.exit_status) from None
    except click.ClickException as error:
        from scopecli.cli.usage import usage_problem  # noqa: PLC0415 - seldom needed

        show(usage_problem(error))
        raise Exit(error.exit_code) from None
    except KeyboardInterrupt:
        say("interrupted")
        raise Exit(INTERRUPTED) from None
    except BrokenPipeError:
        leave_standard_output()
        raise Exit(0) from None
    except OSError as error:
        if error.filename is not None:
            raise
        show(unwritable("standard output", error))  # click writes help by itself
        raise Exit(OutputError.exit_status) from None
