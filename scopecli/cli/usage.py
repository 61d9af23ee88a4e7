"""What is said of a wrong use of the command line, in the style of every other message."""

import re
from collections.abc import Sequence
from typing import Final

import click

from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.words import closest

_NOT_ONE_OF: Final = re.compile(r"'(.*)' is not one of ", re.DOTALL)
_OWN_HINT: Final = re.compile(
    r"(.*?); ((?:did you mean|the \w+s? (?:are|is)|`scopecli|give|none has) ?.*)", re.DOTALL
)


def usage_problem(error: click.ClickException) -> Diagnostic:
    """Return a problem for what click, or a command, refuses of a command line."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "scopecli"
    message, hint = _message_and_hint(error)
    if hint is None and isinstance(error, click.UsageError):
        hint = f"`{command} --help` has the arguments and options"
    return Diagnostic("SC204", message, Location(command), hint)


def _message_and_hint(error: click.ClickException) -> tuple[str, str | None]:
    if isinstance(error, click.NoSuchOption):
        near = closest(error.option_name, error.possibilities or _options(error.ctx))
        return f"there is no option {error.option_name}", f"did you mean {near}?" if near else None
    param = getattr(error, "param", None)
    if isinstance(error, click.BadParameter) and param is not None:
        wrong = _NOT_ONE_OF.match(error.message)
        if wrong and isinstance(param.type, click.Choice):
            return _no_choice(wrong[1], _name(param), [str(choice) for choice in param.type.choices])
        if not isinstance(error, click.MissingParameter):
            message, hint = _split(error.message)
            return f"{_name(param)}: {message}", hint
    if isinstance(error, click.MissingParameter) and param and isinstance(param.type, click.Choice):
        return f"missing argument {_name(param)}", f"it takes {', '.join(map(str, param.type.choices))}"
    return _split(_begun_small(error.format_message()))


def _no_choice(value: str, name: str, choices: Sequence[str]) -> tuple[str, str]:
    near = closest(value, choices)
    hint = f"did you mean {near!r}?" if near else f"it takes {', '.join(choices)}"
    return f"{name}: {value!r} is none of its choices", hint


def _split(message: str) -> tuple[str, str | None]:
    """Return a message and the hint that stands behind it."""
    match = _OWN_HINT.fullmatch(message)
    return (match[1], match[2]) if match else (message.removesuffix("."), None)


def _begun_small(message: str) -> str:
    return f"{message[:1].lower()}{message[1:]}" if message[1:2].islower() else message


def _name(param: click.Parameter) -> str:
    """Return what a parameter is called on the command line."""
    return (
        param.opts[-1] if isinstance(param, click.Option) else param.make_metavar(click.get_current_context())
    )


def _options(context: click.Context | None) -> list[str]:
    params = context.command.params if context else []
    return [name for param in params for name in param.opts]
