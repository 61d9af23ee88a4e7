"""Warns of sharing that is legal and probably not meant, as far as a report tells."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple, TypeAlias

from scopecli.analysis.lint import builders, devices, names, scopes, variables
from scopecli.analysis.lint.finding import Finding
from scopecli.ground.diagnostics import Diagnostic, Location, Note
from scopecli.report.model import Report

__all__ = ["ON_BY_DEFAULT", "RULES", "LintRule", "lint"]

Check: TypeAlias = Callable[[Report], Iterator[Finding]]


class LintRule(NamedTuple):
    """What finds what a code says, and whether it is on unless selected.

    What is off is about the names of operations, and common in correct code.
    """

    check: Check
    is_on: bool = True


RULES: Final[dict[str, LintRule]] = {
    "SC401": LintRule(names.near_names),
    "SC402": LintRule(variables.without_effect),
    "SC403": LintRule(scopes.not_switched_off),
    "SC404": LintRule(variables.never_shared),
    "SC405": LintRule(builders.built_again),
    "SC406": LintRule(scopes.names_apart, is_on=False),
    "SC407": LintRule(variables.not_initialised),
    "SC408": LintRule(scopes.elsewhere, is_on=False),
    "SC409": LintRule(lambda _: iter(())),  # of comments: told once it is known what all rules find
    "SC410": LintRule(variables.shared_by_object, is_on=False),
    "SC411": LintRule(variables.imported_again),
    "SC412": LintRule(devices.on_no_server),
    "SC413": LintRule(devices.out_of_balance),
}
ON_BY_DEFAULT: Final = tuple(code for code, rule in RULES.items() if rule.is_on)


def lint(report: Report, codes: Iterable[str]) -> list[Diagnostic]:
    """Return what the rules of these codes find, in the file's order.

    At one place a code is told once: what is odd in a function or a loop is so in every round.
    """
    found: dict[tuple[str, Location], Diagnostic] = {}
    for code in codes:
        for finding in RULES[code].check(report):
            found.setdefault((code, finding.location), _diagnostic(code, finding))
    return sorted(found.values(), key=_order)


def _order(diagnostic: Diagnostic) -> tuple[Location, str]:
    return diagnostic.location, diagnostic.code


def _diagnostic(code: str, finding: Finding) -> Diagnostic:
    notes: tuple[Note, ...] = (finding.other,) if finding.other else ()
    return Diagnostic(
        code, finding.message, finding.location, finding.help, notes, "warning", fix=finding.fix
    )
