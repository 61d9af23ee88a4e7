"""`scopecli convert`."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import click

from scopecli.cli.common import engine_options
from scopecli.cli.completing import ANY_SOURCE, SourceFile
from scopecli.cli.formats import Formats
from scopecli.cli.output import Output, output_options, unwritable
from scopecli.cli.progress import in_turn
from scopecli.cli.selecting import choice_options, filter_options, map_rules, sources_argument

if TYPE_CHECKING:
    from scopecli.analysis.diff import Rule
    from scopecli.analysis.selection import Selection
    from scopecli.commands.engine import Engine
    from scopecli.converting.conversion import Conversion
    from scopecli.converting.destinations import Destination
    from scopecli.converting.tensors import WrittenPart
    from scopecli.sources.opening import SourceChoice

_MUCH: Final = 1 << 27  # bytes that take a while to write
_MOST_SHARDS: Final = 99_999  # what five digits can number

FORMATS: Final = Formats()


@FORMATS.add("table")
def _table(conversion: "Conversion", output: Output) -> Iterator[str]:
    from scopecli.render import conversion as rendering  # noqa: PLC0415 - not for `--help`

    if conversion.written is None:
        yield from rendering.conversion_table(conversion, output.canvas())
    yield from rendering.conversion_notes(conversion)
    yield rendering.conversion_totals(conversion)


@FORMATS.add("plain")
def _plain(conversion: "Conversion", _: Output) -> Iterator[str]:
    from scopecli.render import conversion as rendering  # noqa: PLC0415 - not for `--help`

    if conversion.written is None:
        yield from rendering.conversion_plain(conversion)
        return
    yield from rendering.conversion_notes(conversion)
    yield rendering.conversion_totals(conversion)


@FORMATS.add("json")
def _json(conversion: "Conversion", _: Output) -> Iterator[str]:
    from scopecli.render.conversion import conversion_json  # noqa: PLC0415 - not for `--help`

    return conversion_json(conversion)


def _casts(ctx: click.Context, param: click.Parameter, texts: Iterable[str]) -> dict[str, str]:
    """Return the dtypes that are given as `OLD=NEW`."""
    from scopecli.converting.choosing import FLOATS  # noqa: PLC0415 - not for `--help`

    found: dict[str, str] = {}
    for text in texts:
        old, separator, new = text.partition("=")
        if not separator:
            raise click.BadParameter(f"{text!r} is not of the form OLD=NEW", ctx, param)
        if new not in FLOATS:
            known = ", ".join(FLOATS)
            raise click.BadParameter(f"floats are cast to one of {known}, and {new!r} is none", ctx, param)
        if found.get(old, new) != new:
            raise click.BadParameter(f"{old} is cast to {found[old]} already", ctx, param)
        found[old] = new
    return found


@click.command(
    short_help="Write a checkpoint, safetensors or npz: chosen, renamed, cast, joined.",
    epilog=r"""\b
    Examples:
      scopecli convert model.ckpt-1000 slim.ckpt --role weight,statistic
      scopecli convert old.ckpt new.ckpt --map 'old/(.*)=new/\1' --link
      scopecli convert logs/ weights.safetensors --step 800 --cast float32=bfloat16
      scopecli convert old.ckpt new.ckpt --like model.yaml --map-file map.py --dry-run
      scopecli convert weights.npz model.ckpt

    Exit status: 0 done; 2 it could not be done, and nothing was written.
    """.replace(r"\b", "\b", 1),
)
@sources_argument("source", count=1)
@click.argument("destination", type=SourceFile(*ANY_SOURCE))
@filter_options
@click.option(
    "--map",
    "rules",
    multiple=True,
    callback=map_rules,
    metavar="REGEX=NAME",
    help=r"What SOURCE's names become: REGEX for a whole name, \1 in NAME for its first group; repeatable.",
)
@click.option(
    "--map-file",
    type=click.Path(readable=False),
    metavar="FILE",
    help="What `scopecli diff A B --emit assignment-map` or `--emit json` printed: names of B become those of"
    " A, so SOURCE is what was B.",
)
@click.option(
    "--like",
    type=SourceFile(*ANY_SOURCE),
    metavar="SOURCE",
    help="Write what this graph, report or checkpoint has, in its order; refuse if something is missing.",
)
@click.option(
    "--cast",
    "casts",
    multiple=True,
    callback=_casts,
    metavar="OLD=NEW",
    help="Cast floats of a dtype to bfloat16, float16, float32 or float64; repeatable.",
)
@click.option(
    "--plan",
    type=click.Path(allow_dash=True, readable=False),
    metavar="FILE",
    help="Write what this plan says, as `scopecli diff A B --emit plan` prints it: SOURCE is what was A.",
)
@click.option("--join", is_flag=True, help="Put the slices of partitioned variables together.")
@click.option(
    "--shards",
    type=click.IntRange(1, _MOST_SHARDS),
    metavar="N",
    help="Write N data files.  [default: as many as the source has]",
)
@click.option(
    "--link",
    is_flag=True,
    help="Link the data files where names alone change and the file system can, instead of copying them.",
)
@click.option("--force", is_flag=True, help="Write over what is at DESTINATION.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@choice_options
@output_options(*FORMATS.names)
@engine_options
def convert(  # noqa: PLR0913 - an option each
    *,
    source: str,
    destination: str,
    selection: "Selection",
    rules: "tuple[Rule, ...]",
    map_file: str | None,
    like: str | None,
    casts: dict[str, str],
    plan: str | None,
    join: bool,
    shards: int | None,
    link: bool,
    force: bool,
    dry_run: bool,
    choice: "SourceChoice",
    engine: "Engine",
    output: Output,
) -> None:
    """Write the variables of SOURCE to DESTINATION, without TensorFlow.

    SOURCE is a checkpoint, a SavedModel, `.safetensors`, `.npz` or what Keras saves. DESTINATION is what its
    ending says: `.safetensors`, `.npz`, or else the prefix of a checkpoint. It is written whole or not at
    all; SOURCE is left as it is. Filters are of SOURCE's names, and --like is of the new ones.
    """
    from scopecli.commands.convert import ConvertSettings, convert_source  # noqa: PLC0415 - not for `--help`
    from scopecli.converting.map_files import read_map_file  # noqa: PLC0415 - likewise
    from scopecli.converting.renaming import Renaming  # noqa: PLC0415 - likewise
    from scopecli.converting.writing import WriteSettings  # noqa: PLC0415 - likewise
    from scopecli.ground.errors import OutputError  # noqa: PLC0415 - likewise

    if plan is not None and (rules or map_file or like or casts):
        raise click.UsageError(
            "--plan says all names and casts: leave out --map, --map-file, --like and --cast"
        )
    place = _destination(destination, shards=shards, link=link)
    listed = read_map_file(map_file) if map_file else {}
    settings = ConvertSettings(
        choice,
        selection,
        Renaming(rules, listed, map_file or ""),
        casts,
        like,
        plan,
        join,
        WriteSettings(link, shards, force),
        dry_run,
    )
    try:
        done = convert_source(source, place, settings, engine=engine, progress=_progress)
    except OSError as error:
        raise OutputError([unwritable(destination, error)]) from None
    output.write(FORMATS.render(output, done))


def _destination(destination: str, *, shards: int | None, link: bool) -> "Destination":
    """Return what is to be written."""
    from scopecli.converting.destinations import Destination, kind_of  # noqa: PLC0415 - not for `--help`

    try:
        kind = kind_of(destination)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if not kind.is_checkpoint and (shards is not None or link):
        option = "--link" if link else "--shards"
        raise click.UsageError(f"{option} is for the data files of a checkpoint, which {kind.noun} has not")
    return Destination(destination, kind)


def _progress(parts: "Sequence[WrittenPart]") -> "Iterator[WrittenPart]":
    return in_turn(parts, "writing", amount=lambda part: part.size, much=_MUCH)
