"""`scopecli help`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import click

from scopecli.cli.output import WIDEST_PROSE, Output, output_options


def _topic_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from scopecli.render.topics import every_name  # noqa: PLC0415 - leads to the language

    del param
    commands = ctx.find_root().command.list_commands(ctx)  # type: ignore[attr-defined]  # it is a group
    return [name for name in [*commands, *every_name()] if name.startswith(incomplete)]


@click.command(
    short_help="Show help on a command, a word of the language, or another topic.",
    epilog="""\b
    Examples:
      scopecli help
      scopecli help get_variable
      scopecli help initializers
      scopecli help trace
    """,
)
@click.argument("topic", required=False, shell_complete=_topic_names)
@output_options("text", "markdown")
@click.pass_context
def help_(ctx: click.Context, *, topic: str | None, output: Output) -> None:
    """Show help on TOPIC: a command, a word of the language, a code, or what the list without one names."""
    root = ctx.find_root()
    command = root.command.get_command(root, topic) if topic else None  # type: ignore[attr-defined]  # likewise
    lines = list(_lines(topic, root, is_command=command is not None))
    if command is None:
        show_markdown(lines, output)
        return
    with click.Context(command, parent=root, info_name=topic) as shown:
        own = command.get_help(shown).splitlines()
    show_markdown(lines, output, [*own, ""] if lines else own)


def _lines(topic: str | None, root: click.Context, *, is_command: bool) -> Iterator[str]:
    from scopecli.ground.words import closest  # noqa: PLC0415 - not for `--help`
    from scopecli.render.topics import every_name, known_topics, topic_lines  # noqa: PLC0415 - likewise

    commands = root.command.list_commands(root)  # type: ignore[attr-defined]  # likewise
    if topic is None:
        return _overview(known_topics())
    lines = topic_lines(topic)
    if lines is None and is_command:
        return iter(())
    if lines is None:
        near = closest(topic, [*commands, *every_name()])
        hint = f"did you mean {near!r}?" if near else "`scopecli help` lists the topics"
        raise click.UsageError(f"there is no help on {topic!r}; {hint}")
    return lines


def _overview(topics: dict[str, str]) -> Iterator[str]:
    yield from ("# Help", "", "On a command: `scopecli help run`, or `scopecli run --help`.", "")
    yield from ("On a word of the language, or on a code: `scopecli help get_variable`, `help SC405`.", "")
    yield from ("On a topic:", "")
    yield from (f"- `{name}`: {title}" for name, title in topics.items())


def show_markdown(lines: Iterable[str], output: Output, first: Sequence[str] = ()) -> None:
    """Write Markdown, drawn on a terminal and as it is elsewhere, behind lines that are no Markdown."""
    if output.format == "markdown" or not (output.on_terminal or output.width):
        output.write([*first, *lines])
        return
    from scopecli.render.markdown import drawn_markdown  # noqa: PLC0415 - needs rich

    canvas = output.canvas()
    width = min(canvas.width or WIDEST_PROSE, WIDEST_PROSE)
    output.write([*first, *drawn_markdown(lines, replace(canvas, width=width))])
