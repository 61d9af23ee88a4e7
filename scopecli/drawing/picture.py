"""What a report looks like: its variables in their scopes, and the calls beside them."""

from scopecli.analysis.partitions import logical
from scopecli.analysis.selection import (
    Selection,
    chosen_variables,
    name_filter,
    ordered_variables,
    tags_of,
)
from scopecli.analysis.users import count_users
from scopecli.drawing.boxes import boxes_of
from scopecli.drawing.marks import marks_of, refused_calls
from scopecli.drawing.model import DrawingExtent, Picture, PictureContent
from scopecli.ground.escapes import safe
from scopecli.render.text import count_noun, totals_text
from scopecli.report.model import Report, Totals, Variable, totals_of


def picture_of(report: Report, selection: Selection, extent: DrawingExtent) -> Picture:
    """Return the drawing of a report: with its calls, if it has any and they are asked for."""
    are_called = extent.calls and bool(report.calls)
    content = _content(report, selection, calls=are_called)
    members, note = boxes_of(content, extent)
    path = f"{report.source.path}, " if report.title else ""
    notes = [f"{path}{report.source.kind}", tags_of(report), *_failure(report), note]
    if not content.variables and not (are_called and content.missing):
        notes.append("there is no variable to draw")
    return Picture(
        safe(report.title or report.source.path),
        tuple(safe(told) for told in notes if told),
        members,
        _totals_in_words(report, content),
    )


def global_totals(report: Report) -> Totals:
    """Return the totals of the global variables, in which the parts of one whole count once."""
    return totals_of(logical(report.variables))


def _totals_in_words(report: Report, content: PictureContent) -> str:
    names = {row.name for row in logical(report.variables)}
    rows = [row for row in content.variables if row.name in names]
    local = sum(1 for row in content.variables if row.name in content.local)
    others = len(content.variables) - len(rows) - local
    of = global_totals(report) if len(rows) < len(names) else None
    told = [totals_text(totals_of(rows), of)]
    told += [f"and {count_noun(local, 'local variable')}"] if local else []
    told += [f"and {count_noun(others, 'variable')} in no collection"] if others else []
    return "; ".join(told)


def every_variable(report: Report) -> list[Variable]:
    """Return the variables of all lists, and what calls yielded beside these; parts are one whole."""
    rows = [*logical(report.variables), *logical(report.local_variables)]
    known = {row.name for row in rows}
    return [*rows, *(row for row in report.other_variables if row.name not in known and row.kind != "tensor")]


def names_in_order(report: Report) -> list[str]:
    """Return the names of the global variables in the order of the source."""
    return [row.name for row in logical(report.variables)]


def _failure(report: Report) -> list[str]:
    error = report.error
    if error is None:
        return []
    first, _, _ = error.full_message.partition("\n")
    return [f"it failed at {error.location}: {first} [{error.code}]"]


def _content(report: Report, selection: Selection, *, calls: bool) -> PictureContent:
    everything = every_variable(report)
    rows = ordered_variables(chosen_variables(everything, selection), selection)
    refused = refused_calls(report)
    marks = {id(row): marks_of(row, report, refused.get(row.name, ())) for row in rows}
    passes, known = name_filter(selection), {row.name for row in everything}
    missing = {
        name: marks_of(_nothing(name), report, asked)
        for name, asked in refused.items()
        if name not in known and passes(name)
    }
    local = frozenset(row.name for row in logical(report.local_variables))
    users = {id(row): count_users(row, report.calls) for row in rows}
    return PictureContent(rows, marks, {}, _name_scopes(report), missing, local, calls, users)


def _nothing(name: str) -> Variable:
    """Return what stands for a name that is no variable's."""
    return Variable(name, None, "", "", "", None, (), "", None)


def _name_scopes(report: Report) -> dict[str, tuple[str, ...]]:
    """Return of each scope the scopes of its operations that are not called as it is."""
    found: dict[str, dict[str, None]] = {}
    for scope in report.scopes:
        around = None if scope.parent_index is None else report.scopes[scope.parent_index]
        # Inside of a scope whose operations go elsewhere, all others' do too: that is said once.
        name = f"{around.name_scope}{scope.name.removeprefix(around.name + '/')}" if around else scope.name
        if scope.name_scope and scope.name_scope.rstrip("/") != name:
            found.setdefault(scope.name, {})[scope.name_scope] = None
    return {name: tuple(scopes) for name, scopes in found.items()}
