"""Cells of `tf.contrib.rnn` that no package brings back, as TF 1.15 had them in `contrib/rnn/python/ops`.

Their variables have the names and shapes that checkpoints of theirs have. Shapes: B in a batch, inputs of
D, U units.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from scopecli.tf1.compat.api import tf1_api


@cache
def layer_norm_basic_lstm_cell() -> type:  # noqa: C901 - each method of the class counts
    """Return the class `LayerNormBasicLSTMCell`: a kernel [D + U, 4 U], gamma and beta [U] of each gate."""
    tf = tf1_api()
    cell: Any = tf.nn.rnn_cell.RNNCell

    class LayerNormBasicLSTMCell(cell):  # type: ignore[misc]  # TensorFlow has no types
        """An LSTM cell with layer normalisation and recurrent dropout."""

        def __init__(
            self,
            num_units: int,
            forget_bias: float = 1.0,
            input_size: None = None,
            activation: Any = None,
            layer_norm: bool = True,
            norm_gain: float = 1.0,
            norm_shift: float = 0.0,
            dropout_keep_prob: Any = 1.0,
            dropout_prob_seed: int | None = None,
            reuse: bool | None = None,
        ) -> None:
            super().__init__(_reuse=reuse)
            del input_size
            self._num_units = num_units
            self._forget_bias = forget_bias
            self._activation = activation or tf.tanh
            self._layer_norm = layer_norm
            self._initial = {"gamma": norm_gain, "beta": norm_shift}
            self._keep_prob = dropout_keep_prob
            self._seed = dropout_prob_seed

        @property
        def state_size(self) -> Any:
            return tf.nn.rnn_cell.LSTMStateTuple(self._num_units, self._num_units)

        @property
        def output_size(self) -> int:
            return self._num_units

        def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
            memory, hidden = state
            gates = self._gates(tf.concat([inputs, hidden], 1))
            i, j, f, o = tf.split(gates, 4, axis=1)
            if self._layer_norm:
                named = zip((i, j, f, o), ("input", "transform", "forget", "output"), strict=True)
                i, j, f, o = (self._normalize(gate, name) for gate, name in named)
            new = self._activation(j)
            if not isinstance(self._keep_prob, float) or self._keep_prob < 1:
                new = tf.nn.dropout(new, keep_prob=self._keep_prob, seed=self._seed)
            memory = memory * tf.sigmoid(f + self._forget_bias) + tf.sigmoid(i) * new
            if self._layer_norm:
                memory = self._normalize(memory, "state")
            hidden = self._activation(memory) * tf.sigmoid(o)
            return hidden, tf.nn.rnn_cell.LSTMStateTuple(memory, hidden)

        def _gates(self, arguments: Any) -> Any:
            size = 4 * self._num_units
            kernel = tf.get_variable("kernel", [arguments.shape[-1], size], dtype=arguments.dtype)
            gates = tf.matmul(arguments, kernel)
            if self._layer_norm:
                return gates
            return tf.nn.bias_add(gates, tf.get_variable("bias", [size], dtype=arguments.dtype))

        def _normalize(self, values: Any, name: str) -> Any:
            with tf.variable_scope(name):
                gamma, beta = (
                    tf.get_variable(
                        word, values.shape[-1:], values.dtype, initializer=tf.constant_initializer(first)
                    )
                    for word, first in self._initial.items()
                )
            mean, variance = tf.nn.moments(values, [1], keepdims=True)
            return tf.nn.batch_normalization(values, mean, variance, beta, gamma, 1e-12)

    return LayerNormBasicLSTMCell


def stack_bidirectional_dynamic_rnn(
    cells_fw: Sequence[Any],
    cells_bw: Sequence[Any],
    inputs: Any,
    initial_states_fw: Sequence[Any] | None = None,
    initial_states_bw: Sequence[Any] | None = None,
    dtype: Any = None,
    sequence_length: Any = None,
    parallel_iterations: int | None = None,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[Any, tuple[Any, ...], tuple[Any, ...]]:
    """Return the outputs of the last of several bidirectional layers, [B, T, 2 U], and all final states."""
    tf = tf1_api()
    states: list[tuple[Any, Any]] = []
    with tf.variable_scope(scope or "stack_bidirectional_rnn"):
        for number, (forward, backward) in enumerate(zip(cells_fw, cells_bw, strict=True)):
            with tf.variable_scope(f"cell_{number}"):
                outputs, state = tf.nn.bidirectional_dynamic_rnn(
                    forward,
                    backward,
                    inputs,
                    initial_state_fw=initial_states_fw and initial_states_fw[number],
                    initial_state_bw=initial_states_bw and initial_states_bw[number],
                    dtype=dtype,
                    sequence_length=sequence_length,
                    parallel_iterations=parallel_iterations,
                    time_major=time_major,
                )
            inputs = tf.concat(outputs, 2)
            states.append(state)
    return inputs, tuple(state for state, _ in states), tuple(state for _, state in states)
