"""Reports as strict JSON: a row a line inside a readable whole, or one object a line."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from scopecli.analysis.selection import Listing, Row
from scopecli.analysis.views import View
from scopecli.report.model import SCHEMA_VERSION, Totals
from scopecli.report.writing import VARIABLE, problem_json, report_json
from scopecli.sources.opened import Unread


def run_json(found: Sequence[View | Unread]) -> Iterator[str]:
    """Yield one report as an object, several as a list."""
    return whole([_run_object(one) for one in found])


def run_jsonl(found: Sequence[View | Unread]) -> Iterator[str]:
    """Yield a report a line."""
    return (strict_json({key: _list_of(value) for key, value in _run_object(one).items()}) for one in found)


def _run_object(one: View | Unread) -> dict[str, Any]:
    return unread_json(one) if isinstance(one, Unread) else report_json(one.report)


def unread_json(unread: Unread) -> dict[str, Any]:
    """Return what stands in a list for a source that could not be read: its path, and the first problem."""
    source = {"kind": None, "path": unread.path}
    return {"schema_version": SCHEMA_VERSION, "source": source, "error": problem_json(unread.problems[0])}


def list_json(found: Sequence[Listing | Unread], columns: Sequence[str] | None) -> Iterator[str]:
    """Yield one listing as an object, several as a list."""
    return whole([unread_json(one) if isinstance(one, Unread) else _listing(one, columns) for one in found])


def list_jsonl(rows: Iterable[Row | Unread], columns: Sequence[str] | None) -> Iterator[str]:
    """Yield a variable a line."""
    return (strict_json(unread_json(row) if isinstance(row, Unread) else _row(row, columns)) for row in rows)


def whole(objects: list[dict[str, Any]], *, always_list: bool = False) -> Iterator[str]:
    """Yield one object as it is, several as a list; a field a line."""
    return one_or_list(list(map(object_lines, objects)), always_list=always_list)


def one_or_list(objects: Sequence[Iterable[str]], *, always_list: bool = False) -> Iterator[str]:
    """Yield the lines of one object as they are, those of several as a list."""
    if len(objects) == 1 and not always_list:
        yield from objects[0]
        return
    yield "["
    for number, found_object in enumerate(objects):
        *lines, last = found_object
        yield from lines
        yield last + ("," if number < len(objects) - 1 else "")
    yield "]"


def rows_json(rows: Iterable[Any]) -> Iterator[str]:
    """Yield a list, an element a line."""
    yield "["
    previous = None
    for row in rows:
        if previous is not None:
            yield f"  {previous},"
        previous = strict_json(row)
    if previous is not None:
        yield f"  {previous}"
    yield "]"


def object_lines(fields: dict[str, Any]) -> Iterator[str]:
    """Yield an object with a field a line; a field of rows, given as an iterator, with a row a line."""
    yield "{"
    for number, (name, value) in enumerate(fields.items()):
        comma = "," if number < len(fields) - 1 else ""
        if isinstance(value, Iterator):
            yield from _rows(name, value, comma)
        else:
            yield f"  {strict_json(name)}: {strict_json(value)}{comma}"
    yield "}"


def _rows(name: str, rows: Iterator[Any], comma: str) -> Iterator[str]:
    previous = next(rows, None)
    if previous is None:
        yield f"  {strict_json(name)}: []{comma}"
        return
    yield f"  {strict_json(name)}: ["
    for row in rows:
        yield f"    {strict_json(previous)},"
        previous = row
    yield f"    {strict_json(previous)}"
    yield f"  ]{comma}"


def strict_json(value: Any) -> str:
    """Return a value as strict JSON on one line."""
    # ASCII alone: other characters could be escapes to the terminal, and not every pipe is UTF-8.
    return json.dumps(value, allow_nan=False)


def _list_of(value: Any) -> Any:
    return list(value) if isinstance(value, Iterator) else value


def _listing(listing: Listing, columns: Sequence[str] | None) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "source": listing.source._asdict(),
        **({"tags": listing.tags} if listing.tags and listing.source.kind.has_tags else {}),
        **({"about": dict(listing.about)} if listing.about else {}),
        "variables": (_row(row, columns) for row in listing.rows),
        "totals": listing_totals(listing),
    }


def listing_totals(listing: Listing) -> dict[str, Any]:
    """Return the totals of a listing for JSON: all, those of each role, and of how much they are a part."""
    totals = listing.totals._asdict()
    totals["roles"] = {role: _role_totals(pair) for role, pair in listing.roles.items()}
    if listing.of:
        totals["of"] = listing.of._asdict()
    return totals


def _role_totals(totals: Totals) -> dict[str, int]:
    return {"variables": totals.variables, "parameters": totals.parameters, "bytes": totals.bytes}


def _row(row: Row, columns: Sequence[str] | None) -> dict[str, Any]:
    """Return a listed variable with what was read of its value; of all that, the columns asked for."""
    fields = VARIABLE.encode(row.variable)
    statistics = (
        {**row.summary.plain(), "flags": row.summary.flags(row.variable.size or 0)} if row.summary else {}
    )
    if columns is not None:
        facts = {"slices": (), **fields, **statistics, "value": row.value.plain() if row.value else None}
        return {column: facts.get(column) for column in columns}
    if statistics:
        fields["stats"] = statistics
    if row.value:
        fields["value"] = row.value.plain()
        if row.value.summary:
            fields["value_summary"] = row.value.summary.plain()
    return fields
