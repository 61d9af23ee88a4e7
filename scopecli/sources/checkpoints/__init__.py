# ruff: noqa
"""stub"""

from scopecli.sources.opened import Opened
import os


def is_checkpoint(path: str) -> bool:
    return os.path.exists(path + ".index")


def open_checkpoint(path: str, *, step: int | None = None) -> Opened:
    from scopecli.report import Report, Source, Variable
    import importlib

    tf = importlib.import_module("tensorflow")
    r = tf.train.load_checkpoint(path)
    d = r.get_variable_to_dtype_map()
    rows = tuple(
        Variable(
            n,
            tuple(s),
            d[n].name,
            f"<tf.Variable '{n}:0' shape={tuple(s)} dtype={d[n].name}>",
            "saved",
            None,
            (),
            "",
            None if d[n] == tf.string else d[n].size,
        )
        for n, s in sorted(r.get_variable_to_shape_map().items())
    )
    import numpy as np
    from scopecli.errors import InvalidSourceError

    def read(v):
        try:
            return np.asarray(r.get_tensor(v.name))
        except Exception as e:
            raise InvalidSourceError([]) from None

    return Opened(Report(Source("checkpoint", path), variables=rows), read)
