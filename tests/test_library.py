"""scopecli as a library: sources load into reports, and a notebook and pandas show them."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from support import Process, Scopecli, Write

import scopecli as library
from scopecli.report.model import Report, Source, Variable
from scopecli.report.source_kinds import SourceKind

GAN = "scenarios/gan.yaml"


# Loading


def test_a_scenario_has_its_values(scenario: Write) -> None:
    """A scenario that is loaded was run: its calls have their values, whole also where they are large."""
    report = library.load(scenario("steps: [{get_variable: w, shape: [40, 50], initializer: ones, as: w}]\n"))
    (call,) = report.calls
    assert call.value
    assert np.array_equal(call.value.sample, np.ones([40, 50]))
    assert report.totals == (1, 2000, 2000, 8000)


def test_parameters_are_python_values(scenario: Write) -> None:
    """Parameters are given as Python has them: a string stays a string."""
    path = scenario(
        "parameters: {name: x, units: 1, init: zeros}\n"
        "steps: [{get_variable: $name, shape: [$units], initializer: $init, as: w}]\n"
    )
    report = library.load(path, parameters={"name": "null", "units": 3, "init": {"constant": 2.5}})
    (row,) = report.variables
    assert (row.name, row.shape) == ("null", (3,))
    assert report.calls[0].value
    assert report.calls[0].value.sample.tolist() == [2.5, 2.5, 2.5]


def test_what_is_loaded_is_what_was_saved(scopecli: Scopecli, tmp_path: Path) -> None:
    """A saved report loads as the report it was made from."""
    path = tmp_path / "run.json"
    scopecli("run", GAN, "-f", "json", "--values", "full", "-o", path)
    saved, built = library.load(path), library.load(Path(GAN))
    assert saved.variables == built.variables
    assert [each.given for each in saved.calls] == [each.given for each in built.calls]
    assert saved.scopes == built.scopes


def test_a_step_that_is_refused_is_no_exception() -> None:
    """What TensorFlow refuses is in the report; what was made before it too."""
    report = library.load("tests/scenarios/valid/already_exists.yaml")
    assert report.error
    assert "already exists" in report.error.message
    assert [each.name for each in report.variables] == ["a/w"]


def test_problems_are_of_one_family(tmp_path: Path, scenario: Write) -> None:
    """What can't be loaded raises a ScopecliError, with its diagnostics."""
    with pytest.raises(library.ScopecliError) as missing:
        library.load(tmp_path / "none.yaml")
    assert [each.code for each in missing.value.diagnostics] == ["SC001"]
    with pytest.raises(library.InvalidSourceError) as unknown:
        library.load(scenario("steps: [{get_variabl: w}]\n"))
    assert unknown.value.diagnostics[0].help == "did you mean `get_variable`?"
    with pytest.raises(library.InvalidSourceError):
        library.load(GAN, parameters={"units": 1})
    with pytest.raises(library.InvalidSourceError, match="is code, and would be run"):
        library.load(scenario("steps: [{get_variable: w, shape: [], initializer: {python: 'os:getcwd'}}]\n"))


def test_several_reports_are_not_one(scopecli: Scopecli, tmp_path: Path) -> None:
    """A file of several reports is not loaded as one of them."""
    path = tmp_path / "runs.json"
    scopecli("run", GAN, "scenarios/towers.yaml", "-f", "json", "-o", path)
    with pytest.raises(library.InvalidSourceError, match="there are 2 reports in it"):
        library.load(path)


def test_diff_of_paths_and_reports() -> None:
    """Two sources are compared as paths or as reports; rules rename what A has."""
    gan = library.load(GAN)
    assert not library.diff(gan, GAN).different
    renamed = [replace(each, name=each.name.replace("generator", "g")) for each in gan.variables]
    other = replace(gan, variables=tuple(renamed))
    changes = library.diff(gan, other, rules=[r"generator/(.*)=g/\1"])
    assert not changes.different
    assert [each.name for each in library.diff(gan, other).only_b] == ["g/kernel", "g/bias"]
    with pytest.raises(ValueError, match="REGEX=REPLACEMENT"):
        library.diff(gan, other, rules=["x"])


def test_importing_loads_nothing(process: Process, scopecli: Scopecli, tmp_path: Path) -> None:
    """`import scopecli` loads none of its modules, and a saved report neither TensorFlow nor YAML."""
    code = (
        "import sys, json, scopecli\n"
        "first = [name for name in sys.modules if name.startswith('scopecli.')]\n"
        "assert set(scopecli.__all__) <= set(dir(scopecli))\n"
        "scopecli.load(sys.argv[1])\n"
        "loaded = [name for name in ('tensorflow', 'yaml', 'rich') if name in sys.modules]\n"
        "print(json.dumps([first, loaded]))\n"
    )
    path = tmp_path / "run.json"
    scopecli("run", GAN, "-f", "json", "-o", path)
    done = process("-c", code, path)
    assert json.loads(done.stdout) == [[], []], done.stderr


def test_tensorflow_is_imported_as_anybody_does(process: Process) -> None:
    """A scenario is loaded on the ordinary TensorFlow, and leaves the default graph empty."""
    code = (
        "import scopecli\n"
        "scopecli.load('scenarios/gan.yaml')\n"
        "import tensorflow as tf\n"
        "print(tf.constant(1).numpy(), len(tf.compat.v1.get_default_graph().get_operations()))\n"
    )
    assert process("-c", code).stdout == "1 0\n"


def test_no_other_names() -> None:
    """Every name that the package offers is there, and no other."""
    for name in library.__all__:
        assert getattr(library, name).__doc__
    with pytest.raises(AttributeError, match="has no attribute 'lod'"):
        library.lod  # type: ignore[attr-defined]  # noqa: B018 - to ask for it is the test


# Showing


class _Cells(HTMLParser):
    """Collects the text of the cells, of the drawing and of the rest, and every tag."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.rows: list[list[str]] = []
        self.rest: list[str] = []
        self.drawing: list[str] = []
        self.drawn = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.append(tag)
        self.drawn += tag == "svg"
        if tag == "tr":
            self.rows.append([])

    def handle_endtag(self, tag: str) -> None:
        self.drawn -= tag == "svg"

    def handle_data(self, data: str) -> None:
        if self.drawn:
            self.drawing.append(data)
        elif self.tags[-1] in ("td", "th") and data.strip():
            self.rows[-1].append(data)
        elif data.strip():
            self.rest.append(data)


def _shown(report: Report) -> _Cells:
    return _Cells(report._repr_html_())


def _row(name: str) -> Variable:
    return Variable(name, (None, 2), "float32", "", "ref", None, (), "", 4)


def test_a_notebook_shows_tables() -> None:
    """A report is shown with its calls, with who shares what, and with its variables and their totals."""
    shown = _shown(library.load(GAN))
    calls, variables = shown.rows[:7], shown.rows[7:]
    assert calls[0] == ["call", "where", "variable", "outcome", "reuse", "shape", "dtype"]
    assert [row[0] for row in calls[1:]] == ["g_kernel", "g_bias", "d_real", "#3", "d_fake", "#5"]
    assert calls[5][2:5] == ["discriminator/kernel", "reused d_real", "AUTO_REUSE"]
    assert variables[0] == ["name", "shape", "dtype", "trainable", "role", "size", "bytes"]
    assert variables[1] == ["generator/kernel", "(16, 64)", "float32", "yes", "weight", "1,024", "4,096"]
    assert len(variables) == 5
    assert {"d_real", "d_fake", "×2"} <= set(shown.drawing)
    places = [row[1] for row in calls]
    assert shown.rest == [
        "GAN with a shared discriminator",
        f"discriminator/kernel is shared by d_real ({places[3]}), d_fake ({places[5]})",
        f"discriminator/bias is shared by #3 ({places[4]}), #5 ({places[6]})",
        "variables: 4, parameters: 1,153 (1,153 trainable), bytes: 4.5 KiB",
    ]


def test_a_notebook_shows_what_went_wrong() -> None:
    """What ended a report stands below its tables: where, TensorFlow's message, and what to write instead."""
    path = "tests/scenarios/valid/already_exists.yaml"
    report = library.load(path)
    *_, message, note, hint = _shown(report).rest
    assert report.error
    assert message.startswith(f"{path}:{report.error.location.line}:")
    assert "ValueError: Variable a/w already exists, disallowed." in message
    assert "was first created here" in note
    assert hint == f"help: {report.error.help}"


def test_names_are_text() -> None:
    """Markup in names and titles is text, and what would reorder text is an escape."""
    hostile = "</td><script>alert(1)</script>&amp;\u202e\x1b[31m"
    shown = _shown(Report(Source(SourceKind.GRAPHDEF, "x.pb"), title=hostile, variables=(_row(hostile),)))
    assert "script" not in shown.tags
    written = hostile.replace("\u202e", "\\u202e").replace("\x1b", "\\x1b")
    assert shown.rest[0] == written
    assert shown.rows[1] == [written, "(None, 2)", "float32", "-", "weight", "-", "-"]


def test_keys_stand_beside_names() -> None:
    """Of an object-based checkpoint, where two variables may have one name, their keys are shown."""
    rows = tuple(replace(_row("Variable"), key=f"{key}/.ATTRIBUTES/VARIABLE_VALUE") for key in ("a", "b"))
    shown = _shown(Report(Source(SourceKind.CHECKPOINT, "m"), variables=rows))
    assert [row[:2] for row in shown.rows] == [
        ["name", "key"],
        ["Variable", "a/.ATTRIBUTES/VARIABLE_VALUE"],
        ["Variable", "b/.ATTRIBUTES/VARIABLE_VALUE"],
    ]


def test_long_listings_are_folded() -> None:
    """Of more than a hundred variables the first are shown, and how many more there are."""
    rows = tuple(_row(f"w{number}") for number in range(3_500))
    shown = _shown(Report(Source(SourceKind.CHECKPOINT, "model.ckpt"), variables=rows))
    assert len(shown.rows) == 101
    assert "and 3,400 more, which are not shown here" in shown.rest
    assert shown.rest[0] == "model.ckpt"
    assert len(_shown(Report(Source(SourceKind.CHECKPOINT, "m"), variables=rows[:100])).rest) == 2


def test_pandas_takes_variables() -> None:
    """`pandas.DataFrame(report.variables)` has a row a variable and a column a fact."""
    pandas = pytest.importorskip("pandas")
    report = library.load(GAN)
    frame = pandas.DataFrame(report.variables)
    assert list(frame.name) == [each.name for each in report.variables]
    assert list(frame["shape"]) == [each.shape for each in report.variables]
    frame["bytes"] = [each.bytes for each in report.variables]
    assert frame.groupby("trainable")["bytes"].sum()[True] == report.totals.bytes


# Questions


def test_what_commands_do_there_is_as_functions(tmp_path: Path) -> None:
    """They say what the commands say, of a report as of a source."""
    report = library.load("scenarios/beginners.yaml")
    for source in (report, "scenarios/beginners.yaml"):
        assert [one.code for one in library.lint(source)] == ["SC403", "SC401"]
        assert [one.call.index for one in library.explain(source)] == [call.index for call in report.calls]
        root = library.tree(source)
        assert (root.sums.variables, [node.name for node in root.children]) == (2, ["layer"])
    assert library.lint(report, select=["SC405"]) == []
    with pytest.raises(ValueError, match="there is no rule 'SC4'"):
        library.lint(report, select=["SC4"])
    assert library.check("scenarios") == []
    assert [one.code for one in library.check("tests/scenarios/invalid/tab.yaml")] == ["SC004"]
    program = tmp_path / "program.py"
    program.write_text(
        "import sys\nimport tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\n"
        "tf.get_variable(sys.argv[1], [2])\ntf.get_variable(sys.argv[1])\n",
        encoding="utf-8",
    )
    (traced,) = library.trace(str(program), "named")
    assert [call.outcome for call in traced.calls] == ["created", "raised"]
    assert [row.name for row in traced.variables] == ["named"]
    with pytest.raises(library.InvalidSourceError, match="cannot read"):
        library.trace(str(tmp_path / "gone.py"))


def test_a_report_is_shown_briefly() -> None:
    """A report says what it is of and how much is in it, not all of it."""
    assert repr(library.load(GAN)) == (
        "<scenario scenarios/gan.yaml: "
        "variables: 4, parameters: 1,153 (1,153 trainable), bytes: 4.5 KiB, calls: 6>"
    )
    failed = repr(library.load("tests/scenarios/valid/already_exists.yaml"))
    assert "failed: ValueError: Variable a/w already exists, disallowed." in failed
    assert len(failed.splitlines()) == 1
    first, *rows, more = str(library.load("scenarios/gpt2.yaml")).splitlines()
    assert first == repr(library.load("scenarios/gpt2.yaml"))
    assert rows[0] == "  model/wpe (16, 12) float32"
    assert (len(rows), more) == (10, "  and 138 more")


def test_a_report_draws_itself(tmp_path: Path) -> None:
    """A report, changes and a source are drawn in each form; a notebook shows it, and it can be saved."""
    report = library.load(GAN)
    assert report.draw("text").text == str(library.draw(GAN, format="text"))
    assert "d_fake" in report.draw("mermaid").text
    assert report.draw()._repr_html_().startswith("<svg")
    assert library.draw(GAN, format="html")._repr_html_().startswith("<iframe srcdoc=")
    assert library.draw(GAN, format="dot")._repr_html_().startswith("<pre>digraph")
    assert repr(library.draw(GAN, format="dot")).startswith("<drawing as dot, ")
    assert "w " not in report.draw("text", depth=1).text
    path = tmp_path / "gan.svg"
    report.draw().save(path)
    assert path.read_text(encoding="utf-8") == f"{report.draw()}\n"
    with pytest.raises(ValueError, match="no format 'png'; the formats are text, svg"):
        report.draw("png")  # type: ignore[arg-type]


def test_changes_draw_themselves() -> None:
    """A notebook shows of changes the drawing, and their `repr` counts them."""
    changes = library.diff(GAN, "scenarios/siamese.yaml")
    assert repr(changes) == f"<{GAN} against scenarios/siamese.yaml: 4 only in A, 5 only in B>"
    assert changes._repr_html_() == str(library.draw(changes)) == str(changes.draw())
    assert "+ only in B" in changes.draw("text").text


def test_a_report_writes_its_page(tmp_path: Path) -> None:
    """The page is what the command writes; with `against` there is a comparison in it."""
    path = tmp_path / "page.html"
    library.load(GAN).page(path)
    plain = path.read_text(encoding="utf-8")
    library.page(GAN, path, against="scenarios/siamese.yaml")
    assert f"<title>{GAN} against scenarios/siamese.yaml</title>" in path.read_text(encoding="utf-8")
    assert "<title>GAN with a shared discriminator</title>" in plain


def test_an_exception_says_what_to_write_instead() -> None:
    """The help of a message is in the exception's text."""
    with pytest.raises(library.InvalidSourceError, match="help: indent with spaces"):
        library.load("tests/scenarios/invalid/tab.yaml")


def test_what_is_for_users_is_listed() -> None:
    """`dir` has what is meant for users, and each of it is there."""
    assert {"check", "diff", "draw", "explain", "lint", "load", "page", "trace", "tree"} <= set(dir(library))
    assert not [name for name in dir(library) if name.startswith("_") and not name.startswith("__")]
    assert all(getattr(library, name) is not None for name in dir(library))
