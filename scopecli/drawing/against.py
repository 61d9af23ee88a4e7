"""What two sources differ in, as a drawing: the variables of both in their scopes."""

from collections.abc import Sequence

from scopecli.analysis.diff.changes import Changes, Pair
from scopecli.drawing.boxes import boxes_of
from scopecli.drawing.model import Difference, DrawingExtent, Picture, PictureContent
from scopecli.ground.escapes import safe
from scopecli.render.text import count_noun, shape_text
from scopecli.report.model import Variable


def picture_of_changes(changes: Changes, extent: DrawingExtent, order: Sequence[str] = ()) -> Picture:
    """Return the drawing of what two sources differ in; no calls are drawn.

    Args:
        changes: what they differ in.
        extent: how much is drawn.
        order: the names of A's variables as A has them; without it, what B has too comes first.
    """
    places = {name: place for place, name in enumerate(order)}
    only_a, only_b = changes.unpaired
    differences = {id(row): Difference("only_a", "only in A") for row in only_a}
    differences |= {id(row): Difference("only_b", "only in B") for row in only_b}
    for pair in (*changes.pairs, *changes.renames):
        if found := _difference(pair):
            differences[id(pair.a)] = found
    rows = [*sorted(_rows_of_a(changes), key=lambda row: places.get(row.name, len(places))), *only_b]
    members, note = boxes_of(PictureContent(rows, differences=differences), extent)
    equal = f"{count_noun(len(rows), 'variable')}, {len(rows) - len(differences):,} equal"
    notes = [f"A: {changes.a.path}, {changes.a.kind}", f"B: {changes.b.path}, {changes.b.kind}", note]
    return Picture(
        safe(f"{changes.a.path} against {changes.b.path}"),
        tuple(safe(told) for told in notes if told),
        members,
        f"{equal}, {len(differences):,} different",
    )


def _rows_of_a(changes: Changes) -> list[Variable]:
    """Return what A has: what B has too, then what may have another name there, then the rest."""
    rows = [*(pair.a for pair in changes.pairs), *changes.only_a]
    return list({id(row): row for row in rows}.values())


def _difference(pair: Pair) -> Difference | None:
    """Return how the variables of a pair differ, or that they have two names."""
    told = []
    if pair.other_shape:
        told.append(f"{shape_text(pair.a.shape)} → {shape_text(pair.b.shape)}")
    if pair.axes:
        told.append(transposition_text(pair))
    if pair.other_dtype:
        told.append(f"{pair.a.dtype} → {pair.b.dtype}")
    renamed = [f"{'' if pair.is_sure else 'probably '}→ {pair.b.name}"] if pair.a.name != pair.b.name else []
    if told:
        return Difference("other", safe(", ".join([*told, *renamed])))
    return Difference("renamed", safe(renamed[0])) if renamed else None


def transposition_text(pair: Pair) -> str:
    """Return whether a variable is the other when it is transposed, as far as that was looked at."""
    found = {True: "equal when transposed", False: "transposed, with other values"}
    return "probably transposed" if pair.equal_transposed is None else found[pair.equal_transposed]
