"""A stand-in for `tf.contrib.training.HParams`: named values that a text can override."""

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_SETTING: Final = re.compile(r"\s*(?P<name>\w+)\s*=\s*(?P<value>\[[^\]]*\]|[^,]*)\s*(?:,|$)")


class HParams:
    """Hyperparameters as attributes."""

    def __init__(self, **values: Any) -> None:
        for name, value in values.items():
            self.add_hparam(name, value)

    def add_hparam(self, name: str, value: Any) -> None:
        """Add a hyperparameter that is not there yet."""
        if name in self.__dict__:
            raise ValueError(f"Hyperparameter name is reserved: {name}")
        setattr(self, name, value)

    def set_hparam(self, name: str, value: Any) -> None:
        """Set one that is there."""
        if name not in self.__dict__:
            raise KeyError(name)
        setattr(self, name, value)

    def del_hparam(self, name: str) -> None:
        """Take one out."""
        self.__dict__.pop(name, None)

    def override_from_dict(self, values: Mapping[str, Any]) -> "HParams":
        """Set several."""
        for name, value in values.items():
            self.set_hparam(name, value)
        return self

    def parse(self, text: str) -> "HParams":
        """Set what a text such as `batch=4,rate=0.1,sizes=[1,2]` says."""
        end = 0
        for match in _SETTING.finditer(text):
            if match.start() != end:
                break
            end = match.end()
            self.set_hparam(match["name"], _parse_value(match["value"]))
        if end != len(text):
            raise ValueError(f"Could not parse hparam: {text[end:]}")
        return self

    def values(self) -> dict[str, Any]:
        """Return all of them by name."""
        return dict(self.__dict__)

    def get(self, name: str, default: Any = None) -> Any:
        """Return one, or a default."""
        return self.__dict__.get(name, default)

    def __contains__(self, name: str) -> bool:
        return name in self.__dict__

    def __iter__(self) -> Iterator[str]:
        return iter(self.__dict__)


def _parse_value(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return {"true": True, "false": False}.get(text.lower(), text)
