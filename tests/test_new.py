"""`scopecli new`."""

from pathlib import Path

import pytest
from support import Scopecli

from scopecli.starters import STARTERS


@pytest.mark.parametrize("name", STARTERS)
def test_starters_are_right(name: str, scopecli: Scopecli, tmp_path: Path) -> None:
    """Each starter gives nothing to say, does what it expects, and says in comments how to go on."""
    path = tmp_path / f"{name}.yaml"
    assert scopecli("new", path, "--template", name).exit_code == 0
    assert (scopecli("check", path).stdout, scopecli("test", path).exit_code) == ("", 0)
    assert path.read_text(encoding="utf-8").count("#") > 5


def test_standard_output_and_default(scopecli: Scopecli, tmp_path: Path) -> None:
    """A dash is standard output; without a template it is AUTO_REUSE."""
    scopecli("new", tmp_path / "a.yaml", "--template", "auto_reuse")
    assert scopecli("new", "-").stdout == (tmp_path / "a.yaml").read_text(encoding="utf-8")


def test_a_file_that_is_there(scopecli: Scopecli, tmp_path: Path) -> None:
    """A file that is there stays as it is, unless it may be written over."""
    path = tmp_path / "mine.yaml"
    path.write_text("mine", encoding="utf-8")
    result = scopecli("new", path)
    assert (result.exit_code, path.read_text(encoding="utf-8")) == (2, "mine")
    assert "--force" in result.stderr
    assert scopecli("new", path, "--force").exit_code == 0
    assert path.read_text(encoding="utf-8") != "mine"


def test_unknown_template(scopecli: Scopecli, tmp_path: Path) -> None:
    """An unknown template is an error of usage that names those there are."""
    result = scopecli("new", tmp_path / "x.yaml", "--template", "lstm")
    assert result.exit_code == 2
    assert "partitioned_embedding" in result.stderr
