"""What was converted, or would be: a table, plain lines, JSON, and the line that says how much it is."""

from collections.abc import Iterator
from typing import Any

from scopecli.converting.choosing import Chosen
from scopecli.converting.conversion import Conversion
from scopecli.ground.sizes import format_bytes
from scopecli.render.json_lines import whole
from scopecli.render.text import ROLE_NOUNS, count_noun, safe, shape_text
from scopecli.report.model import SCHEMA_VERSION, totals_of
from scopecli.report.roles import ROLES, Role

_ARROW = " -> "


def conversion_table(conversion: Conversion, canvas: Any) -> Iterator[str]:
    """Yield a table of what is written, which a `Canvas` says how to draw."""
    from rich.text import Text  # noqa: PLC0415 - what needs no table needs no rich

    from scopecli.render.fitting import WIDE_GAP  # noqa: PLC0415 - likewise
    from scopecli.render.tables import draw, table_of  # noqa: PLC0415 - likewise

    renames = any(one.name != one.row.name for one in conversion.chosen)
    columns = ("name", *(["becomes"] if renames else []), "shape", "dtype", "bytes")
    rows = [_cells(one, renames=renames) for one in conversion.chosen]
    table = table_of(columns, rows, canvas, WIDE_GAP)
    for row in rows:
        table.add_row(*map(Text, row))
    return draw([table], canvas)


def _cells(one: Chosen, *, renames: bool) -> list[str]:
    becomes = [one.name if one.name != one.row.name else "-"] if renames else []
    shapes = (
        [shape_text(one.row.shape)] if one.transpose is None else map(shape_text, (one.row.shape, one.shape))
    )
    dtypes = dict.fromkeys((one.row.dtype, one.dtype))
    size = "-" if one.bytes is None else str(one.bytes)
    return list(map(safe, [one.row.name, *becomes, _ARROW.join(shapes), _ARROW.join(dtypes), size]))


def conversion_plain(conversion: Conversion) -> Iterator[str]:
    """Yield a line a variable, tab-separated: its name, its new one, then what it is written as."""
    for one in conversion.chosen:
        size = "-" if one.bytes is None else str(one.bytes)
        yield "\t".join(map(safe, (one.row.name, one.name, shape_text(one.shape), one.dtype, size)))


def conversion_json(conversion: Conversion) -> Iterator[str]:
    """Yield all that is known as one object."""
    path, kind = conversion.destination
    written = conversion.written
    fields: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "source": conversion.source._asdict(),
        "destination": {"kind": kind.noun, "path": path},
        "written": written is not None,
        "linked": written is not None and written.linked,
        "variables": map(_row, conversion.chosen),
        "totals": totals_of(one.row for one in conversion.chosen)._asdict()
        | {"of": totals_of(conversion.rows)._asdict()},
        "left_out": dict(conversion.left_out),
    }
    return whole([fields])


def _row(one: Chosen) -> dict[str, Any]:
    fields: dict[str, Any] = {"name": one.row.name, "new_name": one.name, "shape": one.shape}
    fields |= {"dtype": one.row.dtype, "new_dtype": one.dtype, "bytes": one.bytes, "role": one.row.role}
    if one.transpose is not None:
        fields["transpose"] = one.transpose
    return fields


def conversion_notes(conversion: Conversion) -> Iterator[str]:
    """Yield what is to be known of the files that were written, beside how much it is."""
    written = conversion.written
    if written is None:
        return
    if written.linked and conversion.left_out:
        yield "the data files are linked: what is left out is still in them"
    if written.not_linked:
        yield f"the data files are copied, not linked: {safe(written.not_linked)}"
    if written.newest:
        yield f"the folder's file `checkpoint` is as it was: it names {safe(written.newest)} as the newest"


def conversion_totals(conversion: Conversion) -> str:
    """Return how much of the source is written: `200 of 598 variables, 418 MiB of 1.22 GiB; …`."""
    own = totals_of(dict.fromkeys(one.row for one in conversion.chosen))
    of = totals_of(conversion.rows)
    if own == of:
        told = f"{count_noun(own.variables, 'variable')}, {format_bytes(own.bytes)}"
    else:
        told = (
            f"{own.variables:,} of {count_noun(of.variables, 'variable')},"
            f" {format_bytes(own.bytes)} of {format_bytes(of.bytes)}"
        )
    size = sum(one.bytes or 0 for one in conversion.chosen)
    if size != own.bytes:
        told += f", as {format_bytes(size)}"
    counts = [
        _count_of_role(role, conversion.left_out[role]) for role in ROLES if role in conversion.left_out
    ]
    return f"{told}; {', '.join(counts)} left out" if counts else told


def _count_of_role(role: Role, count: int) -> str:
    if role == "bookkeeping":
        return f"{count:,} for bookkeeping"
    return count_noun(count, ROLE_NOUNS[role].removesuffix("s"))
