"""The files that pages are made of: style sheets and modules of JavaScript, as they lie in `assets/`."""

import base64
import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Final

_FOLDER: Final = files(__package__).joinpath("assets")


def asset(name: str) -> str:
    """Return the text of a file."""
    return _FOLDER.joinpath(name).read_text(encoding="utf-8")


def module_names() -> list[str]:
    """Return the names of the page's modules, without `.js`."""
    names = (file.name[:-3] for file in _FOLDER.iterdir() if file.name.endswith(".js"))
    return sorted(name for name in names if name != "start")  # which starts them, and is none


def import_map(modules: Iterable[str]) -> str:
    """Return an import map, by which modules in a page import each other as `#name`.

    Each is a `data:` URL, so that one file has all of them as they are written.
    """
    urls = {f"#{name}": _data_url(asset(f"{name}.js")) for name in modules}
    return json.dumps({"imports": urls})


def _data_url(script: str) -> str:
    return f"data:text/javascript;base64,{base64.b64encode(script.encode()).decode('ascii')}"
