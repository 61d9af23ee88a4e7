"""The names that a scenario may use for TensorFlow's own objects, known without loading TensorFlow."""

from dataclasses import dataclass
from typing import Final, Literal

ArgumentKind = Literal["number", "integer", "text", "tensor"]

# tensorflow/python/framework/dtypes.py, less the reference types: TensorFlow makes those itself.
DTYPES: Final = frozenset(
    """
    bfloat16 bool complex64 complex128 double float float16 float32 float64 float8_e4m3b11fnuz float8_e4m3fn
    float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz float4_e2m1fn half int2 int4 int8 int16 int32 int64 qint8
    qint16 qint32 quint8 quint16 resource string uint2 uint4 uint8 uint16 uint32 uint64 variant
    """.split(),
)


@dataclass(frozen=True, slots=True)
class Signature:
    """The arguments of an initializer; `main` is the one that may be given alone: `{constant: 0.5}`."""

    arguments: dict[str, ArgumentKind]
    main: str | None = None


_SEEDED = Signature({"seed": "integer"})

# tensorflow/python/ops/init_ops.py, as `tf.compat.v1.initializers` exports it.
INITIALIZERS: Final[dict[str, Signature]] = {
    "zeros": Signature({}),
    "ones": Signature({}),
    "constant": Signature({"value": "tensor"}, main="value"),
    "random_uniform": Signature({"minval": "number", "maxval": "number", "seed": "integer"}),
    "random_normal": Signature({"mean": "number", "stddev": "number", "seed": "integer"}),
    "truncated_normal": Signature({"mean": "number", "stddev": "number", "seed": "integer"}),
    "uniform_unit_scaling": Signature({"factor": "number", "seed": "integer"}, main="factor"),
    "variance_scaling": Signature(
        {"scale": "number", "mode": "text", "distribution": "text", "seed": "integer"}, main="scale"
    ),
    "orthogonal": Signature({"gain": "number", "seed": "integer"}, main="gain"),
    "identity": Signature({"gain": "number"}, main="gain"),
    "glorot_uniform": _SEEDED,
    "glorot_normal": _SEEDED,
    "he_uniform": _SEEDED,
    "he_normal": _SEEDED,
    "lecun_uniform": _SEEDED,
    "lecun_normal": _SEEDED,
}
INITIALIZER_SUFFIX: Final = "_initializer"
