"""Comparing reports: the same both ways, and every rename of a scope found."""

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scopecli.analysis.diff import Changes, compare
from scopecli.report.model import Report, Source, Variable
from scopecli.report.source_kinds import SourceKind

WORDS = st.sampled_from(["a", "b", "kernel", "bias", "layer_1", "layer_2", "Adam", "w-2", "é"])
NAMES = st.lists(WORDS, min_size=1, max_size=4).map("/".join)
SHAPES = st.sampled_from([(), (2,), (2, 3), (3, 2), (None, 2), None])
ROWS = st.lists(
    st.tuples(NAMES, SHAPES, st.sampled_from(["float32", "int64"])), max_size=12, unique_by=lambda row: row[0]
)

# How long drawing takes is the machine's affair.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def report(rows: Sequence[tuple[str, tuple[int | None, ...] | None, str]]) -> Report:
    """Return a report with variables of these names, shapes and dtypes."""
    variables = (
        Variable(name, shape, dtype, "", "ref", trainable=True, collections=(), device="", itemsize=4)
        for name, shape, dtype in rows
    )
    return Report(Source(SourceKind.METAGRAPH, "model.meta"), variables=tuple(variables))


def names(changes: Changes) -> dict[str, set[str]]:
    """Return which variables there are of each kind of difference."""
    return {
        "only_a": {row.name for row in changes.only_a},
        "only_b": {row.name for row in changes.only_b},
        "shapes": {pair.a.name for pair in changes.shapes},
        "dtypes": {pair.a.name for pair in changes.dtypes},
        "equal": {pair.a.name for pair in changes.equal},
    }


@UNHURRIED
@given(ROWS)
def test_nothing_differs_from_itself(rows: list) -> None:
    """A source and itself have no difference."""
    changes = compare(report(rows), report(rows))
    assert not changes.different
    assert len(changes.equal) == len(rows)


@UNHURRIED
@given(ROWS, ROWS)
def test_the_other_way_round(one: list, other: list) -> None:
    """Compared the other way round, the differences are the same ones, and each variable is in one place."""
    there, back = names(compare(report(one), report(other))), names(compare(report(other), report(one)))
    assert there == {**back, "only_a": back["only_b"], "only_b": back["only_a"]}
    of_a = [*there["only_a"], *(there["shapes"] | there["dtypes"]), *there["equal"]]
    assert sorted(of_a) == sorted(row[0] for row in one)


@UNHURRIED
@given(ROWS, ROWS)
def test_partners_are_one_to_one(one: list, other: list) -> None:
    """A partner is on the other side alone, of one shape, dtype and role, and nobody else's."""
    changes = compare(report(one), report(other))
    for pair in changes.renames:
        assert (pair.a.shape, pair.a.dtype, pair.a.role) == (pair.b.shape, pair.b.dtype, pair.b.role)
        assert pair.a in changes.only_a
        assert pair.b in changes.only_b
    for side in ("a", "b"):
        partners = [getattr(pair, side).name for pair in changes.renames]
        assert len(partners) == len(set(partners))
    assert changes == compare(report(one), report(other))


@UNHURRIED
@given(ROWS, st.sampled_from(["old/", "old/inner/", ""]), st.sampled_from(["new/", "model/encoder/"]))
def test_a_renamed_scope_is_found(rows: list, old: str, new: str) -> None:
    """Where all of a scope was renamed alike, every variable finds its partner."""
    changes = compare(
        report([(f"{old}{name}", *facts) for name, *facts in rows]),
        report([(f"{new}{name}", *facts) for name, *facts in reversed(rows)]),
    )
    if old or not {name for name, *_ in rows} & {f"{new}{name}" for name, *_ in rows}:
        assert {(pair.a.name, pair.b.name) for pair in changes.renames} == {
            (f"{old}{name}", f"{new}{name}") for name, *_ in rows
        }


def test_renames_beside_many_of_one_shape() -> None:
    """Among hundreds of variables of one shape, a rename in the middle and at the end of names is found."""
    layers = range(300)
    before = [(f"net/block_{i}/attention/kernel", (8, 8), "float32") for i in layers]
    before += [(f"net/block_{i}/output/kernel", (8, 8), "float32") for i in layers]
    after = [(f"net/Block{i}/attention/kernel", (8, 8), "float32") for i in layers]
    after += [(f"net/block_{i}/output/weights", (8, 8), "float32") for i in layers]
    changes = compare(report(before), report(after))
    assert [(pair.a.name, pair.b.name) for pair in changes.renames] == [
        (one, other) for (one, *_), (other, *_) in zip(before, after, strict=True)
    ]
