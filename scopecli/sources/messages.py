"""The messages of TensorFlow that are read, with the fields that are asked for and no others.

`protobuf` skips what a message does not declare, and TensorFlow's own classes are out of reach without
TensorFlow. Names and numbers are those of its `.proto` files. Names of nodes are bytes, so that a file with
another encoding can be read; a map is written as the list of entries that it is in a file.
"""

from functools import cache
from typing import Any, Final

from scopecli.ground.dtypes import DTYPES

_MESSAGES: Final = {
    "SavedModel": "saved_model_schema_version 1 int64, meta_graphs 2 *MetaGraphDef",
    "MetaGraphDef": (
        "meta_info_def 1 MetaInfoDef, graph_def 2 GraphDef, saver_def 3 SaverDef,"
        " collection_def 4 *CollectionEntry,"
        " signature_def 5 *SignatureEntry, object_graph_def 7 SavedObjectGraph"
    ),
    "MetaInfoDef": "tags 4 *bytes, tensorflow_version 5 bytes",
    "SaverDef": "filename_tensor_name 1 bytes, restore_op_name 3 bytes",
    "SignatureEntry": "key 1 bytes, value 2 SignatureDef",
    "SignatureDef": "inputs 1 *TensorInfoEntry, outputs 2 *TensorInfoEntry, method_name 3 bytes",
    "TensorInfoEntry": "key 1 bytes, value 2 TensorInfo",
    "TensorInfo": "name 1 bytes, dtype 2 DataType, tensor_shape 3 TensorShapeProto",
    "CollectionEntry": "key 1 bytes, value 2 CollectionDef",
    "CollectionDef": "node_list 1 NodeList, bytes_list 2 BytesList",
    "NodeList": "value 1 *bytes",
    "BytesList": "value 1 *bytes",
    "VariableDef": (
        "variable_name 1 bytes, save_slice_info_def 4 SaveSliceInfoDef, is_resource 5 bool, trainable 7 bool"
    ),
    "SaveSliceInfoDef": "full_name 1 bytes, full_shape 2 *int64, var_offset 3 *int64",
    "GraphDef": "node 1 *NodeDef, library 2 FunctionDefLibrary",
    "FunctionDefLibrary": "function 1 *FunctionDef",
    "FunctionDef": "signature 1 OpDef, node_def 3 *NodeDef",
    "OpDef": "name 1 bytes, input_arg 2 *ArgDef",
    "ArgDef": "name 1 bytes",
    "NameAttrList": "name 1 bytes",
    "ListValue": "func 9 *NameAttrList",
    "NodeDef": "name 1 bytes, op 2 bytes, input 3 *bytes, device 4 bytes, attr 5 *AttrEntry",
    "AttrEntry": "key 1 bytes, value 2 AttrValue",
    "AttrValue": (
        "list 1 ListValue, s 2 bytes, type 6 DataType, shape 7 TensorShapeProto, tensor 8 TensorProto,"
        " func 10 NameAttrList"
    ),
    "TensorShapeProto": "dim 2 *Dim, unknown_rank 3 bool",
    "Dim": "size 1 int64",
    "TensorProto": (
        "dtype 1 DataType, tensor_shape 2 TensorShapeProto, tensor_content 4 bytes, float_val 5 *float,"
        " double_val 6 *double, int_val 7 *int32, string_val 8 *bytes, scomplex_val 9 *float,"
        " int64_val 10 *int64, bool_val 11 *bool, dcomplex_val 12 *double, half_val 13 *int32,"
        " uint32_val 16 *uint32, uint64_val 17 *uint64, float8_val 18 bytes"
    ),
    "SavedObjectGraph": "nodes 1 *SavedObject",
    "SavedObject": (
        "children 1 *ObjectReference, slot_variables 3 *SlotVariableReference, variable 7 SavedVariable"
    ),
    "ObjectReference": "node_id 1 int32, local_name 2 bytes",
    "SlotVariableReference": (
        "original_variable_node_id 1 int32, slot_name 2 bytes, slot_variable_node_id 3 int32"
    ),
    "SavedVariable": (
        "dtype 1 DataType, shape 2 TensorShapeProto, trainable 3 bool, name 6 bytes, device 7 bytes"
    ),
}
_PACKAGE: Final = "scopecli"  # a pool of our own: TensorFlow's names are TensorFlow's
_REFERENCE: Final = 100  # what a reference dtype's number is above that of its dtype

# The enumeration's own names where they are not the dtype's in capitals.
_SPELLED: Final = {
    "float32": "FLOAT",
    "float64": "DOUBLE",
    "float16": "HALF",
}


@cache
def message(name: str) -> Any:
    """Return the class of a message."""
    from google.protobuf import message_factory  # noqa: PLC0415 - only for these sources

    return message_factory.GetMessageClass(_pool().FindMessageTypeByName(f"{_PACKAGE}.{name}"))


@cache
def _pool() -> Any:
    from google.protobuf import descriptor_pb2, descriptor_pool  # noqa: PLC0415 - likewise

    file = descriptor_pb2.FileDescriptorProto(name="tensorflow.proto", package=_PACKAGE, syntax="proto3")
    _declare_dtypes(file.enum_type.add(name="DataType"))
    for name, declared in _MESSAGES.items():
        added = file.message_type.add(name=name)
        for field in declared.split(", "):
            _declare_field(added.field.add(), *field.split())
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool


def _declare_field(field: Any, name: str, number: str, kind: str) -> None:
    field.name, field.number = name, int(number)
    field.label = field.LABEL_REPEATED if kind.startswith("*") else field.LABEL_OPTIONAL
    kind = kind.removeprefix("*")
    if kind in _MESSAGES:
        field.type, field.type_name = field.TYPE_MESSAGE, f".{_PACKAGE}.{kind}"
    elif kind == "DataType":
        field.type, field.type_name = field.TYPE_ENUM, f".{_PACKAGE}.{kind}"
    else:
        field.type = getattr(field, f"TYPE_{kind.upper()}")


def _declare_dtypes(enumeration: Any) -> None:
    enumeration.value.add(name="DT_INVALID", number=0)
    for number, dtype in DTYPES.items():
        name = f"DT_{_SPELLED.get(dtype.name, dtype.name.upper())}"
        enumeration.value.add(name=name, number=number)
        enumeration.value.add(name=f"{name}_REF", number=number + _REFERENCE)
