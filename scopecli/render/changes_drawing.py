"""What two sources differ in, as a person reads it: what it comes to, each kind of difference, the counts."""

import re
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import click
from rich.cells import cell_len

from scopecli.analysis.diff import Changes, Pair
from scopecli.render.changes import comparison_text, rename_facts, transposition_text, value_facts
from scopecli.render.text import ROLE_NOUNS, count_noun, safe, shape_text
from scopecli.report.model import Variable

_GAP: Final = "  "
_INDENT: Final = "    "
_FEW: Final = 3  # variables of one role, or renames of one rule, that are told by name


class _Words(NamedTuple):
    """What the sides and the kinds of difference are called."""

    heading_a: str
    heading_b: str
    a: str
    b: str
    only_a: str
    only_b: str
    shapes: str
    dtypes: str
    good: str
    counted_a: str
    counted_b: str


_DIFF: Final = _Words(
    "A",
    "B",
    "A",
    "B",
    "Only in A",
    "Only in B",
    "Another shape",
    "Another dtype",
    "the same",
    "only in A",
    "only in B",
)
_PREFLIGHT: Final = _Words(
    "graph",
    "checkpoint",
    "the graph",
    "the checkpoint",
    "Missing from the checkpoint",
    "In the checkpoint, and not used",
    "Another shape in the checkpoint",
    "Another dtype in the checkpoint",
    "would restore",
    "missing from the checkpoint",
    "in the checkpoint and not used",
)
_SILENT: Final = (
    "TensorFlow gives a resource variable the checkpoint's shape, and says nothing:",
    "https://github.com/tensorflow/tensorflow/issues/52220",
)


class _Entry(NamedTuple):
    """A line of a list: a name, and what is told of it."""

    name: str
    facts: str


def changes_drawn(changes: Changes, width: int | None, limit: int | None) -> Iterator[str]:
    """Yield the lines, styled.

    Args:
        changes: what is told.
        width: in columns; None for an output that has none.
        limit: how many variables of each kind of difference are told by name; None for all.
    """
    words = _PREFLIGHT if changes.is_preflight else _DIFF
    for side, source in ((words.heading_a, changes.a), (words.heading_b, changes.b)):
        kind = "" if side == source.kind else f"{_GAP}{click.style(source.kind, dim=True)}"
        yield f"{side.ljust(len(words.heading_b))}{_GAP}{click.style(safe(source.path), bold=True)}{kind}"
    yield ""
    yield from _wrap(*_headline(changes), width)
    for line in _remarks(changes):
        yield from _wrap(line, "yellow", width)
    for heading, sign, entries in _sections(changes, words):
        if entries:
            yield ""
            yield from _section(heading, sign, entries, width, limit)
    yield ""
    yield from _wrap(_counts(changes, words), None, width)
    hint = _hint(changes)
    if hint:
        yield f"{click.style('help:', fg='green', bold=True)} {hint}"


def _wrap(text: str, color: str | None, width: int | None) -> Iterator[str]:
    """Yield a sentence in lines of a width."""
    line = ""
    for word in text.split(" "):
        if line and width is not None and cell_len(line) + 1 + cell_len(word) > width:
            yield click.style(line, fg=color, bold=True)
            line = ""
        line = f"{line} {word}" if line else word
    yield click.style(line, fg=color, bold=True)


def _headline(changes: Changes) -> tuple[str, str]:
    """Return what it comes to, and the colour of that."""
    if not changes.is_preflight:
        return _difference_headline(changes), "yellow" if changes.different else "green"
    whole = len(changes.pairs) + len(changes.only_a)
    if sum(pair.restores for pair in changes.pairs) == whole:
        return f"All would restore: {count_noun(whole, 'variable')}", "green"
    silent = sum(pair.restores_silently for pair in changes.pairs)
    refused = sum(not pair.restores and not pair.restores_silently for pair in changes.pairs)
    found = [
        (len(changes.unpaired[0]), _PREFLIGHT.counted_a),
        *_renamed_counts(changes),
        (refused, "of another shape or dtype there"),
        (silent, "that would take another shape without a word"),
    ]
    listed = ", ".join(f"{number:,} {what}" for number, what in found if number)
    if changes.only_a or refused:
        return f"TensorFlow would refuse to restore: of {count_noun(whole, 'variable')}, {listed}", "red"
    return f"Not all would restore as they are: of {count_noun(whole, 'variable')}, {listed}", "yellow"


def _remarks(changes: Changes) -> Iterator[str]:
    """Yield what is to be known beside: what the Saver in the file would do, and what only looks alike."""
    if changes.is_preflight and changes.saver is not None:
        yield from _of_saver(changes)
    sides = ("the graph", "the checkpoint") if changes.is_preflight else ("A", "B")
    for tensor, variables in changes.shared:
        names = ", ".join(safe(row.name) for row in variables[:_FEW])
        rest = f" and {len(variables) - _FEW:,} more" if len(variables) > _FEW else ""
        count = count_noun(len(variables), "variable")
        yield f"{safe(tensor.name)} of {sides[1]} is for {count}: {names}{rest}"
    if changes.is_preflight and changes.shared:
        yield (
            "A Saver takes one variable for a name: restore these by tf.train.init_from_checkpoint, which"
            " --emit assignment-map writes the map for"
        )
    for family in changes.renumbered:
        ours, theirs = (f"{safe(side[0])} … {safe(side[-1])}" for side in (family.a, family.b))
        yield (
            f"The same layers may have other numbers: {ours} in {sides[0]} hold in order what {theirs} hold"
            f" in {sides[1]}, and then equal names are other layers. If they were numbered anew, say so layer"
            f" by layer: --map {_as_rule(family.a[0], family.b[0])}"
        )
    for bias, norm, side in changes.norms_for_biases:
        with_norm, with_bias = sides[::-1] if side == "A" else sides
        scope = norm.name.rpartition("/")[0]
        yield (
            f"{with_norm} has batch normalisation here, {safe(scope)}, and {with_bias} has a bias,"
            f" {safe(bias.name)}"
        )


def _as_rule(old: str, new: str) -> str:
    replacement = new.replace("\\", r"\\") + "/" if new else ""
    return safe(shlex.quote(f"{re.escape(old)}/(.*)={replacement}\\1"))


def _of_saver(changes: Changes) -> Iterator[str]:
    rows = {row.name: row for row in (*(pair.a for pair in changes.pairs), *changes.only_a)}
    restored = [
        pair for pair in changes.pairs if pair.restores and pair.a.name in (changes.saver or {}).values()
    ]
    saved = [name for name in (changes.saver or {}).values() if name in rows]
    if len(saved) == len(rows):
        return
    if len(restored) < len(saved):
        yield f"The Saver in this file would refuse: it restores {len(saved):,}, and finds {len(restored):,}"
        return
    new = (
        "would restore all"
        if all(pair.restores for pair in changes.pairs) and not changes.only_a
        else "would refuse"
    )
    yield (
        f"The Saver in this file restores {len(saved):,} of {count_noun(len(rows), 'variable')} and leaves"
        f" {len(rows) - len(saved):,} uninitialised; a new Saver of all variables {new}"
    )


def _difference_headline(changes: Changes) -> str:
    if not changes.different:
        told = "names, shapes, dtypes and values" if changes.with_values else "names, shapes and dtypes"
        return f"No difference: {count_noun(len(changes.pairs), 'variable')} with the same {told}"
    differing = len(changes.pairs) - len(changes.equal)
    only_a, only_b = changes.unpaired
    found = [(len(only_a), _DIFF.counted_a), *_renamed_counts(changes), (len(only_b), _DIFF.counted_b)]
    listed = [f"{number:,} {where}" for number, where in found if number]
    if differing:
        listed.append(f"{differing:,} on both sides and not the same")
    return f"They differ: {', '.join(listed)}"


def _sections(changes: Changes, words: _Words) -> Iterator[tuple[str, str, list[_Entry]]]:
    """Yield each kind of difference: its heading, its sign, and its entries."""
    only_a, only_b = changes.unpaired
    yield _heading_with_count(words.only_a, len(only_a)), "-", [_entry(row) for row in only_a]
    sure = [pair for pair in changes.renames if pair.is_sure]
    unsure = [pair for pair in changes.renames if not pair.is_sure]
    yield _heading_with_count("Probably renamed", len(sure)), "~", list(_renames(sure, changes))
    yield (
        _heading_with_count("Perhaps renamed, and not put into the map", len(unsure)),
        "?",
        list(_renames(unsure, changes)),
    )
    yield _heading_with_count(words.shapes, len(changes.shapes)), "!", list(_shapes(changes))
    dtypes = [_change_entry(pair, pair.a.dtype, pair.b.dtype) for pair in changes.dtypes]
    yield _heading_with_count(words.dtypes, len(dtypes)), "!", dtypes
    values = [_value_entry(pair) for pair in changes.values]
    yield _heading_with_count("Other values", len(values)), "!", values
    unused = list(_by_role(only_b)) if changes.is_preflight else [_entry(row) for row in only_b]
    yield _heading_with_count(words.only_b, len(only_b)), "+", unused
    slices = [_change_entry(pair, *(_parts(row) for row in (pair.a, pair.b))) for pair in changes.slices]
    yield _heading_with_count("In other parts, which is no difference", len(slices)), "=", slices


def _heading_with_count(heading: str, number: int) -> str:
    return f"{heading}: {number:,}"


def _entry(row: Variable) -> _Entry:
    return _Entry(row.name, f"{shape_text(row.shape)} {row.dtype}")


def _change_entry(pair: Pair, a: str, b: str) -> _Entry:
    name = pair.a.name if pair.a.name == pair.b.name else f"{pair.a.name} -> {pair.b.name}"
    return _Entry(name, f"{a} -> {b}")


def _value_entry(pair: Pair) -> _Entry:
    a, b, how_far = value_facts(pair)
    name, facts = _change_entry(pair, a, b)
    told = [facts, "" if how_far == "-" else how_far, transposition_text(pair)]
    return _Entry(name, ", ".join(filter(None, told)))


def _parts(row: Variable) -> str:
    return count_noun(len(row.slices), "part") if row.slices else "whole"


def _shapes(changes: Changes) -> Iterator[_Entry]:
    for pair in changes.shapes:
        name, facts = _change_entry(pair, shape_text(pair.a.shape), shape_text(pair.b.shape))
        yield _Entry(name, ", ".join(filter(None, [facts, transposition_text(pair)])))
    if changes.is_preflight and any(pair.restores_silently for pair in changes.shapes):
        yield from (_Entry("", line) for line in _SILENT)


def _by_role(rows: Sequence[Variable]) -> Iterator[_Entry]:
    """Yield weights by name, and how many there are of what a program keeps beside them."""
    others = Counter(_role_text(row) for row in rows)
    for row in rows:
        if row.role == "weight" or others[_role_text(row)] <= _FEW:
            yield _entry(row)
    for text, number in others.items():
        if text and number > _FEW:
            yield _Entry(f"{number:,} {text}", "")


def _role_text(row: Variable) -> str:
    """Return what variables of its role are called; of an optimizer's slots, whose they are."""
    if row.role == "weight":
        return ""
    if row.role == "slot" and row.key is None:
        return f"{re.sub(r'_[0-9]+$', '', row.name.rpartition('/')[2])} slots"
    return ROLE_NOUNS[row.role]


def _renames(pairs: Sequence[Pair], changes: Changes) -> Iterator[_Entry]:
    """Yield renames; those of one scope to another as one, with how many of each kind there are."""
    rules: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        rules.setdefault(_rule(pair), []).append(pair)
    for (old, new), alike in rules.items():
        if len(alike) > _FEW:
            facts = ", ".join([count_noun(len(alike), "variable"), *_comparisons(alike, changes)])
            yield _Entry(f"{_scope(old)} -> {_scope(new)}", facts)
        else:
            for pair in alike:
                facts = rename_facts(pair, with_values=changes.with_values)
                yield _Entry(f"{pair.a.name} -> {pair.b.name}", facts)


def _comparisons(pairs: Sequence[Pair], changes: Changes) -> Iterator[str]:
    """Yield of how many pairs the values are the same, of how many when transposed, and so on."""
    told = Counter(comparison_text(pair, with_values=changes.with_values) for pair in pairs)
    for text, count in told.items():
        if text:
            yield f"{count:,} {'with ' if text.endswith('values') else ''}{text}"


def _scope(prefix: str) -> str:
    return f"{prefix}/*" if prefix else "*"


def _rule(pair: Pair) -> tuple[str, str]:
    """Return the scopes before the components that both names end in."""
    a, b = pair.a.name.split("/"), pair.b.name.split("/")
    while a and b and a[-1] == b[-1]:
        a.pop()
        b.pop()
    return "/".join(a), "/".join(b)


def _section(
    heading: str, sign: str, entries: list[_Entry], width: int | None, limit: int | None
) -> Iterator[str]:
    shown = entries if limit is None else entries[:limit]
    color = {"-": "red", "+": "green", "=": "cyan"}.get(sign, "yellow")
    yield click.style(heading, bold=True)
    column = _column(shown, width)
    for entry in shown:
        yield from _line(entry, click.style(sign, fg=color), column, width)
    if len(shown) < len(entries):
        rest = len(entries) - len(shown)
        yield click.style(f"{_INDENT}and {rest:,} more; --limit {len(entries)} shows them", dim=True)


def _column(entries: Sequence[_Entry], width: int | None) -> int:
    """Return the width of the names: of those beside which there is room for the facts."""
    told = [entry for entry in entries if entry.name and entry.facts]
    room = None if width is None else width - len(_INDENT + _GAP)
    fitting = [cell_len(safe(entry.name)) for entry in told if room is None or _columns_taken(entry) <= room]
    facts = max((cell_len(safe(entry.facts)) for entry in told), default=0)
    widest = max(fitting, default=0)
    return widest if room is None else max(0, min(widest, room - facts))


def _columns_taken(entry: _Entry) -> int:
    return cell_len(safe(entry.name)) + cell_len(safe(entry.facts))


def _line(entry: _Entry, sign: str, column: int, width: int | None) -> Iterator[str]:
    """Yield an entry on a line, or with its facts under it where there is no room beside it."""
    name, facts = safe(entry.name), safe(entry.facts)
    if not name:
        yield click.style(f"{_INDENT}{facts}", dim=True)
        return
    padded = name + " " * (column - cell_len(name))
    line = f"  {sign} {padded}{_GAP}{facts}" if facts else f"  {sign} {name}"
    if width is None or not facts or cell_len(padded) + cell_len(facts) + len(_INDENT + _GAP) <= width:
        yield line
        return
    yield f"  {sign} {name}"
    yield f"{_INDENT}{_GAP}{facts}"


def _renamed_counts(changes: Changes) -> list[tuple[int, str]]:
    sure = sum(pair.is_sure for pair in changes.renames)
    return [(sure, "probably renamed"), (len(changes.renames) - sure, "perhaps renamed")]


def _counts(changes: Changes, words: _Words) -> str:
    """Return how many variables there are of each kind, each of them once."""
    a, b = changes.count_a, changes.count_b
    only_a, only_b = changes.unpaired
    whole = [pair for pair in changes.pairs if not pair.other_shape]
    told = [
        (len(only_a), words.counted_a),
        *_renamed_counts(changes),
        (len(changes.shapes), "of another shape"),
        (sum(pair.other_dtype for pair in whole), "of another dtype"),
        (sum(pair.other_values and not pair.other_dtype for pair in whole), "with other values"),
        (len(only_b), words.counted_b),
        (changes.left_out, "left out by the plan"),
    ]
    good = sum(pair.restores for pair in changes.pairs) if changes.is_preflight else len(changes.equal)
    listed = [f"{good:,} {words.good}", *(f"{number:,} {what}" for number, what in told if number)]
    return f"{count_noun(a, 'variable')} in {words.a}, {b:,} in {words.b}: {', '.join(listed)}"


def _hint(changes: Changes) -> str | None:
    """Return the rule that most renames follow, as an option."""
    rules = Counter(_rule(pair) for pair in changes.renames)
    for (old, new), number in rules.most_common(1):
        taken = any(pair.a.name.startswith(f"{old}/") for pair in changes.pairs)
        if old and number > _FEW and not taken:
            return f"--map {_as_rule(old, new)} compares {number:,} of them under their new names"
    return None
