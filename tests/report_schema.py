"""Holds every report that a test sees against the JSON Schema of reports, and lets no other key pass."""

import json
from collections.abc import Sequence
from typing import Any, Final

import fastjsonschema

from scopecli.report.writing import report_schema


def closed(schema: Any) -> Any:
    """Return a schema in which objects have no keys but those that it names."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inside = {name: closed(each) for name, each in schema.items()}
    return {**inside, "additionalProperties": False} if "required" in schema else inside


# Compiled, and by the draft before: what this schema says is the same in both.
_SCHEMA: Final = {key: value for key, value in closed(report_schema()).items() if key != "$schema"}
VALIDATE: Final = fastjsonschema.compile(_SCHEMA, use_default=False)


def hold_against_schema(arguments: Sequence[str], printed: str) -> None:
    """Validate what a command printed, where it is a report, a list of them, or one a line."""
    if not arguments or arguments[0] not in ("run", "trace"):
        return
    if "json" in arguments and printed:
        found = json.loads(printed)
        reports = found if isinstance(found, list) else [found]
    elif "jsonl" in arguments:
        reports = [json.loads(line) for line in printed.splitlines()]
    else:
        return
    for report in reports:
        if report["source"]["kind"] is not None:  # of a source that could not be read there is only an error
            VALIDATE(report)
