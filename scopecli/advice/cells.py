"""Messages about RNN cells and layers: their weights are made by the first call, and belong to the object."""

from typing import Final

from scopecli.advice.known import NAME, NAME_BEGINS, Fix, Known, wording

_A_CELL_EACH: Final = Fix(
    "Make a cell for each layer: `MultiRNNCell([BasicLSTMCell(128) for _ in range(2)])`, in which each "
    "element is "
    "made by a call of its own.",
)

_REUSED: Final = Known(
    key="rnn-cell-used-twice",
    pattern=wording(r"Attempt to (?:reuse|have a second) RNNCell\b[^\n]{0,400}"),
    example="Attempt to reuse RNNCell <...BasicLSTMCell object at 0x7f00> with a different variable "
    "scope than "
    "its first use. First use of cell was with scope 'rnn/multi_rnn_cell/cell_0/basic_lstm_cell', this "
    "attempt "
    "is with scope 'rnn/multi_rnn_cell/cell_1/basic_lstm_cell'.",
    meaning="One cell object was called in two places. TF 1.0 and 1.1 refuse that, since a cell's "
    "weights belong "
    "to the scope of its first call; later versions share them in silence.",
    causes=(
        "The layers of a `MultiRNNCell` were made by `[cell] * n`, which is one cell n times.",
        "One cell is used for encoder and decoder, or for both directions.",
        "The model is built a second time, for validation, with the cell object of the first.",
    ),
    fixes=(
        _A_CELL_EACH,
        Fix(
            "To share the weights on purpose, make a cell for each use, and open one scope around both "
            "calls, "
            "the second time with `reuse=True`.",
        ),
    ),
)

_STACKED: Final = Known(
    key="rnn-cells-of-one-size",
    pattern=wording(
        r"Dimensions must be equal, but are (?P<one>\d+) and (?P<other>\d+) for ['\"]?"
        r"(?P<variable>[^\s'\"]{0,200}(?:cell|lstm|gru|rnn)[^\s'\"]{0,200}/(?:MatMul|mul)[^\s'\"]{0,20})['\"]?"
    ),
    example="Dimensions must be equal, but are 256 and 356 for "
    "'rnn/while/multi_rnn_cell/cell_0/lstm_cell/MatMul_1' "
    "(op: 'MatMul') with input shapes: [64,256], [356,512].",
    meaning="A cell multiplies an input of %one columns with a kernel of %other rows: the kernel was "
    "made for "
    "another input. It is the same cell object in two layers whose inputs differ in size.",
    causes=(
        "The layers were made by `[cell] * n`: the second uses the kernel of the first, made for its input.",
        "One cell object is called on inputs of two sizes.",
    ),
    fixes=(_A_CELL_EACH,),
)

_NOT_BUILT: Final = Known(
    key="cell-not-built",
    pattern=wording(
        r"(?<!\w)['\"]?(?P<variable>\w{0,100}(?:Cell|LSTM|GRU|Dense|Conv\w{0,100}))['\"]?"
        r" object has no attribute ['\"]?"
        r"(?P<attribute>_?(?:kernel|bias|gate_kernel|gate_bias|candidate_kernel|candidate_bias))\b['\"]?"
    ),
    example="'BasicLSTMCell' object has no attribute '_kernel'",
    meaning="The weights of a %variable are made when it is called for the first time, by its `build`. "
    "Here its "
    "`call` was called instead of the cell itself, or the weights were asked for too early.",
    causes=(
        "`cell.call(inputs, state)` was written for `cell(inputs, state)`.",
        "The kernel is read before the layer was called.",
    ),
    fixes=(
        Fix("Call the object itself: `output, state = cell(inputs, state)`; it makes the weights at first."),
        Fix("Or make them before: `cell.build(inputs.shape)`."),
    ),
)

_WITH_KERAS_3: Final = Known(
    key="not-with-keras-3",
    pattern=wording(rf"{NAME_BEGINS}{NAME.replace('variable', 'attribute')} is not available with Keras 3"),
    example="`BasicLSTMCell` is not available with Keras 3.",
    meaning="TF1's layers and RNN cells live in Keras 2. TensorFlow from 2.16 on comes with Keras 3, "
    "which has "
    "none of them.",
    causes=("TensorFlow is 2.16 or later, and `tf_keras` is not installed, or not asked for.",),
    fixes=(
        Fix(
            "Install Keras 2 beside it, `pip install tf_keras`, and ask for it before TensorFlow is "
            "imported: "
            '`import os; os.environ["TF_USE_LEGACY_KERAS"] = "1"`.',
        ),
        Fix("`scopecli trace --tf1 PROGRAM` does both for the program that it runs."),
    ),
)

KNOWN: Final = (_REUSED, _STACKED, _NOT_BUILT, _WITH_KERAS_3)
