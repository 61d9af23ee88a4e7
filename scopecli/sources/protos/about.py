"""What a MetaGraph says of itself beside its variables: its signatures, and who wrote it."""

from typing import Any

from scopecli.report.values import Plain
from scopecli.sources.checkpoints.files import as_text
from scopecli.sources.tensor_protos import dtype, shape


def about(meta_graph: Any) -> dict[str, Plain]:
    """Return what a `MetaGraphDef` says: the TensorFlow that wrote it, its tags and its signatures.

    A signature has its inputs and outputs by name, each with the name of its tensor, its dtype and its shape.
    """
    info = meta_graph.meta_info_def
    facts: dict[str, Plain] = {
        "tensorflow": as_text(info.tensorflow_version),
        "tags": [as_text(tag) for tag in info.tags],
        "signatures": {
            as_text(entry.key): {
                "method": as_text(entry.value.method_name),
                "inputs": _tensors(entry.value.inputs),
                "outputs": _tensors(entry.value.outputs),
            }
            for entry in meta_graph.signature_def
        },
    }
    return {name: fact for name, fact in facts.items() if fact}


def _tensors(entries: Any) -> Plain:
    return {
        as_text(entry.key): {
            "name": as_text(entry.value.name),
            "dtype": dtype(entry.value.dtype).name,
            "shape": _shape(entry.value.tensor_shape),
        }
        for entry in entries
    }


def _shape(proto: Any) -> Plain:
    known = shape(proto)
    return None if known is None else list(known)
