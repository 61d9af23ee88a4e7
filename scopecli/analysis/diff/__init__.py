"""Compares two sources: which variables only one has, which differ, and what was probably renamed."""

from scopecli.analysis.diff.changes import Changes, Pair, ValueDifference
from scopecli.analysis.diff.pairing import compare
from scopecli.analysis.diff.rules import Rule, read_rule

__all__ = ["Changes", "Pair", "Rule", "ValueDifference", "compare", "read_rule"]
