"""Compares two sources: which variables only one has, which differ, and what was probably renamed."""

from scopecli.comparing.changes import Changes, Pair, ValueDifference
from scopecli.comparing.pairing import compare
from scopecli.comparing.rules import Rule, read_rule

__all__ = ["Changes", "Pair", "Rule", "ValueDifference", "compare", "read_rule"]
