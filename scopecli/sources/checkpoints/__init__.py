# ruff: noqa
"""stub"""

from scopecli.sources.opened import Opened


def is_checkpoint(path: str) -> bool:
    return path.endswith(".ckpt")


def open_checkpoint(path: str, *, step: int | None = None) -> Opened:
    import numpy as np

    from scopecli.report import Report, Slice, Source, Variable

    rs = np.random.RandomState(0)
    vals = {
        "w": rs.randn(3, 4).astype("f"),
        "w/Adam": np.zeros((3, 4), "f"),
        "w/Adam_1": np.zeros((3, 4), "f"),
        "model/emb": rs.randn(1000, 20).astype("f"),
        "bad": np.array([1, np.nan, np.inf], "f"),
        "c": np.ones(4, "f"),
        "global_step": np.array(12),
    }
    rows = tuple(
        Variable(
            n,
            v.shape,
            v.dtype.name,
            f"<tf.Variable '{n}:0' shape={v.shape} dtype={v.dtype.name}>",
            "saved",
            None,
            (),
            "",
            v.itemsize,
            key=("k/" + n if n == "c" else None),
            slices=(Slice((0, 0), (500, 20)), Slice((500, 0), (500, 20))) if n == "model/emb" else (),
        )
        for n, v in vals.items()
    )
    return Opened(Report(Source("checkpoint", path), variables=rows), lambda v: vals[v.name])
