"""The language as JSON Schema, made of the definition that scenarios are read by."""

from typing import Final

from scopecli.scenario.cluster import CLUSTER
from scopecli.scenario.config import CONFIG
from scopecli.scenario.initializers import INITIALIZER
from scopecli.scenario.model import Scenario
from scopecli.scenario.objects import CONSTRAINT, PARTITIONER, REGULARIZER
from scopecli.scenario.records import record_schema
from scopecli.scenario.schemas import DEFINITIONS, Schema, with_references, words
from scopecli.scenario.session import SESSION
from scopecli.scenario.steps import STEPS
from scopecli.scenario.vocabulary import DTYPES

_FAMILIES: Final = (REGULARIZER, PARTITIONER, CONSTRAINT)

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


def language_schema() -> Schema:
    """Return the schema of a scenario, draft 2020-12.

    It has the structure alone: what a reference finds, and what TensorFlow makes of it, no schema tells.
    """
    return {
        "$schema": DRAFT,
        "title": "scopecli scenario",
        **record_schema(Scenario),
        "$defs": {
            **DEFINITIONS,
            "dtype": with_references(words(DTYPES)),
            "initializer": with_references(INITIALIZER.whole_schema()),
            **{family.noun: with_references(family.whole_schema()) for family in _FAMILIES},
            **CONFIG.definitions(),
            **CLUSTER.definitions(),
            **STEPS.definitions(),
            **SESSION.definitions(),
        },
    }
