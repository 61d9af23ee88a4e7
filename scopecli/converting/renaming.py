"""What variables are called in the destination: by the rules of `--map`, or by a file that lists names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from scopecli.analysis.diff.rules import Rule, first_match
from scopecli.converting.choosing import Chosen
from scopecli.ground.diagnostics import Diagnostic, Location
from scopecli.ground.errors import ConversionError
from scopecli.ground.words import quote_text, shorten
from scopecli.report.model import Variable

_MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Renaming:
    """How variables are renamed.

    Attributes:
        rules: for each name the first that matches counts.
        listed: names, or keys, with their new ones: they count before the rules.
        file: where these were read.
    """

    rules: Sequence[Rule] = ()
    listed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    file: str = ""

    def names(self, row: Variable) -> Sequence[str]:
        """Return what a variable is called: one name, or those of several that are to have its value."""
        found = self.listed.get(row.key or row.name) or self.listed.get(row.name)
        if found:
            return found
        match = first_match(row.name, self.rules)
        return [match.new_name if match else row.name]


def renamed_variables(
    rows: Sequence[Variable], chosen: Iterable[Variable], renaming: Renaming, path: str
) -> list[Chosen]:
    """Return variables with their new names.

    Args:
        rows: all of the source's.
        chosen: those that are written.
        renaming: how they are renamed.
        path: the source.

    Raises:
        ConversionError: if a rule, or a name that is listed, is for no variable.
    """
    chosen = list(chosen)
    problems = [*_idle_rules(chosen, renaming.rules, path), *_unknown_names(rows, renaming, path)]
    if problems:
        raise ConversionError(problems)
    return [Chosen(row, name, row.dtype) for row in chosen for name in renaming.names(row)]


def _idle_rules(chosen: Iterable[Variable], rules: Sequence[Rule], path: str) -> Iterator[Diagnostic]:
    matched = {id(match.rule) for row in chosen if (match := first_match(row.name, rules))}
    for rule in rules:
        if id(rule) not in matched:
            message = f"`--map {shorten(rule.pattern.pattern)}=…` renames no variable"
            hint = "REGEX is for a whole name of the source, and the first that matches a name counts"
            yield Diagnostic("SC662", message, Location(path), hint)


def _unknown_names(rows: Iterable[Variable], renaming: Renaming, path: str) -> Iterator[Diagnostic]:
    known = {name for row in rows for name in (row.key, row.name)}
    unknown = [name for name in renaming.listed if name not in known]
    if unknown:
        named = ", ".join(map(quote_text, unknown[:_MOST_NAMED]))
        rest = f" and {len(unknown) - _MOST_NAMED:,} more" if len(unknown) > _MOST_NAMED else ""
        message = f"it renames what is not in {path}: {named}{rest}"
        hint = "it is of `scopecli diff A B`, and makes the names of A of those of B: SOURCE is what was B"
        yield Diagnostic("SC662", message, Location(renaming.file), hint)
