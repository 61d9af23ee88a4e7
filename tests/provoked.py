# ruff: noqa: D103 - a program's name says what is wrong with it
"""Programs that TensorFlow refuses, each with the entry of the knowledge base that its message belongs to."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import NamedTuple

import tensorflow  # noqa: ICN001 - `tf` is TF1's
import tensorflow.compat.v1 as tf
import tf_slim


class Provoked(NamedTuple):
    """What a program's message is to be read as.

    Attributes:
        eager: whether the program runs outside of a graph.
    """

    program: Callable[[], object]
    known: str
    variable: str | None
    eager: bool

    def __str__(self) -> str:
        return self.program.__name__


PROGRAMS: list[Provoked] = []


def provokes(
    known: str, variable: str | None = None, *, eager: bool = False
) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Record a program with what its message is to be read as."""

    def record(program: Callable[[], object]) -> Callable[[], object]:
        PROGRAMS.append(Provoked(program, known, variable, eager))
        return program

    return record


def raised_by(provoked: Provoked) -> Exception:
    """Run a program in a graph and a folder of its own; return what it raises."""
    with nullcontext() if provoked.eager else _new_graph():
        try:
            provoked.program()
        except Exception as error:  # noqa: BLE001 - of whatever class
            return error
    raise AssertionError(f"{provoked} raised nothing")


@contextmanager
def _new_graph() -> Iterator[None]:
    with tf.Graph().as_default(), tf.variable_scope(tf.get_variable_scope(), use_resource=False):
        yield


@contextmanager
def tf1_control_flow() -> Iterator[None]:
    """Have loops and conditions made of TF1's operations."""
    tf.disable_control_flow_v2()
    try:
        yield
    finally:
        tf.enable_control_flow_v2()


def kernel(*, scope: str = "layer", reuse: object = None, **given: object) -> object:
    """Call `tf.get_variable` in a scope."""
    with tf.variable_scope(scope, reuse=reuse):
        return tf.get_variable("kernel", **{"shape": [2], **given})


def saved(**given: object) -> str:
    """Return the path of a checkpoint that has a kernel."""
    path = str(Path(tempfile.mkdtemp()) / "model.ckpt")
    with tf.Graph().as_default(), tf.Session() as session:
        kernel(**given)
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, path)
    return path


def restore(path: object) -> None:
    """Restore all variables of the graph."""
    with tf.Session() as session:
        tf.train.Saver().restore(session, path)


def parts(number: int) -> object:
    """Return a partitioner."""
    return tf.fixed_size_partitioner(number)


@provokes("already-exists", "layer/kernel")
def created_twice() -> None:
    kernel()
    kernel()


@provokes("already-exists", "layer/kernel")
def created_twice_as_resource() -> None:
    kernel(use_resource=True)
    kernel(use_resource=True)


@provokes("already-exists", "layer/kernel")
def partitioned_twice() -> None:
    kernel(partitioner=parts(2))
    kernel(partitioner=parts(2))


@provokes("does-not-exist", "layer/kernel")
def reused_before_creation() -> None:
    kernel(reuse=True)


@provokes("does-not-exist", "layer/kernel")
def partitioned_reused_before_creation() -> None:
    kernel(reuse=True, partitioner=parts(2))


@provokes("shared-with-other-shape", "layer/kernel")
def shared_with_other_shape() -> None:
    kernel()
    kernel(reuse=True, shape=[3])


@provokes("shared-with-other-shape", "layer/kernel")
def partitioned_shared_with_other_shape() -> None:
    kernel(shape=[4], partitioner=parts(2))
    kernel(reuse=True, shape=[6], partitioner=parts(2))


@provokes("shared-with-other-dtype", "layer/kernel")
def shared_with_other_dtype() -> None:
    kernel()
    kernel(reuse=True, dtype=tf.int32)


@provokes("shared-with-other-dtype", "layer/kernel")
def partitioned_shared_with_other_dtype() -> None:
    kernel(partitioner=parts(2))
    kernel(reuse=True, dtype=tf.int32, partitioner=parts(2))


def _reused_to_the_end() -> object:
    weights = kernel()
    tf.get_variable_scope().reuse_variables()
    return weights


@provokes("slot-under-reuse", "layer/kernel")
def adam_under_reuse() -> None:
    tf.train.AdamOptimizer().minimize(tf.reduce_sum(_reused_to_the_end()))


@provokes("slot-under-reuse", "layer/kernel")
def momentum_under_reuse() -> None:
    tf.train.MomentumOptimizer(0.1, 0.9).minimize(tf.reduce_sum(_reused_to_the_end()))


@provokes("slot-under-reuse", "layer/kernel")
def named_optimizer_under_reuse() -> None:
    tf.train.AdagradOptimizer(0.1, name="discriminator").minimize(tf.reduce_sum(_reused_to_the_end()))


@provokes("average-under-reuse", "layer/kernel")
def average_under_reuse() -> None:
    tf.train.ExponentialMovingAverage(0.9).apply([_reused_to_the_end()])


@provokes("new-variable-in-template")
def variable_in_template() -> None:
    template = tf.make_template("layer", lambda: tf.Variable(1.0))
    template()
    template()


@provokes("new-variable-in-template", "layer/kernel_1")
def counter_in_template() -> None:
    counter = iter(range(2))
    template = tf.make_template("layer", lambda: tf.get_variable(f"kernel_{next(counter)}", [2]))
    template()
    template()


@provokes("same-name-in-template", "layer/kernel")
def same_name_in_template() -> None:
    tf.make_template("layer", lambda: [tf.get_variable("kernel", [2]) for _ in range(2)])()


@provokes("same-name-in-template", "layer/kernel")
def same_name_in_template_as_resource() -> None:
    def layer() -> object:
        return [tf.get_variable("kernel", [2], use_resource=True) for _ in range(2)]

    tf.make_template("layer", layer)()


@provokes("shared-with-other-shape", "layer/kernel")
def other_shape_in_template() -> None:
    template = tf.make_template("layer", lambda size: tf.get_variable("kernel", [size]))
    template(2)
    template(3)


@provokes("other-partitions", "layer/kernel")
def other_partitions() -> None:
    kernel(shape=[4], partitioner=parts(2))
    kernel(shape=[4], reuse=True, partitioner=parts(4))


@provokes("partitioned-before", "layer/kernel")
def partitioned_before() -> None:
    kernel(partitioner=parts(2))
    kernel()


@provokes("unpartitioned-before", "layer/kernel")
def unpartitioned_before() -> None:
    kernel()
    kernel(reuse=True, partitioner=parts(2))


@provokes("other-shards-before", "layer/kernel")
def a_part_by_hand() -> None:
    tf.get_variable("layer/kernel/part_0", [1])
    kernel(partitioner=parts(2))


@provokes("wrong-partition-list")
def partition_list_too_short() -> None:
    kernel(shape=[4, 4], partitioner=lambda **_: [2])


@provokes("wrong-partition-list")
def partitioned_along_two_axes() -> None:
    kernel(shape=[4, 4], partitioner=lambda **_: [2, 2])


@provokes("wrong-partition-list")
def no_parts() -> None:
    kernel(shape=[4, 4], partitioner=lambda **_: [0, 2])


@provokes("wrong-partition-list")
def no_partition_list() -> None:
    kernel(shape=[4, 4], partitioner=lambda **_: 2)


@provokes("shape-cannot-be-partitioned")
def unknown_shape_partitioned() -> None:
    kernel(shape=[None, 2], partitioner=parts(2))


@provokes("shape-cannot-be-partitioned")
def scalar_partitioned() -> None:
    kernel(shape=tf.TensorShape([]), partitioner=parts(2))


@provokes("constant-with-shape")
def constant_with_shape() -> None:
    kernel(initializer=[1.0, 2.0])


@provokes("initializer-with-other-dtype")
def initializer_with_other_dtype() -> None:
    kernel(shape=None, initializer=tf.constant([1, 2]), dtype=tf.float32)


@provokes("shape-not-fully-defined")
def shape_not_fully_defined() -> None:
    kernel(shape=[None, 2])


@provokes("no-shape", "layer/kernel")
def no_shape() -> None:
    kernel(shape=None)


@provokes("no-initializer", "layer/kernel")
def no_initializer() -> None:
    kernel(dtype=tf.complex64)


@provokes("no-initial-value")
def no_initial_value() -> None:
    tf.Variable(name="kernel")


@provokes("no-initial-value")
def initial_value_of_unknown_shape() -> None:
    tf.Variable(tf.placeholder(tf.float32, [None, 2]))


@provokes("negative-dimension")
def negative_dimension() -> None:
    kernel(shape=[-1])


@provokes("minval-above-maxval")
def minval_above_maxval() -> None:
    weights = kernel(dtype=tf.int32, initializer=tf.random_uniform_initializer(5, 1))
    with tf.Session() as session:
        session.run(weights.initializer)


@provokes("invalid-scope-name")
def space_in_name() -> None:
    kernel(scope="my layer")


@provokes("invalid-scope-name")
def space_in_inner_name() -> None:
    with tf.variable_scope("outer"):
        kernel(scope="my layer")


@provokes("no-scope-name")
def no_scope_name() -> None:
    kernel(scope=None)


@provokes("reuse-without-name")
def reuse_without_name() -> None:
    with tf.variable_scope(None, default_name="layer", reuse=True):
        pass


@provokes("wrong-reuse-value")
def wrong_reuse_value() -> None:
    kernel(reuse="AUTO_REUSE")


@provokes("uninitialized", "layer/kernel")
def uninitialized() -> None:
    weights = kernel()
    with tf.Session() as session:
        session.run(weights + 1)


@provokes("uninitialized", "layer/kernel")
def uninitialized_resource() -> None:
    weights = kernel(use_resource=True)
    with tf.Session() as session:
        session.run(weights + 1)


@provokes("uninitialized", "layer/kernel")
def uninitialized_resource_changed() -> None:
    weights = kernel(use_resource=True)
    with tf.Session() as session:
        session.run(weights.assign_add([1.0, 1.0]))


@provokes("assigned-other-shape")
def restored_with_other_shape() -> None:
    path = saved()
    kernel(shape=[3])
    restore(path)


@provokes("assigned-other-shape")
def assigned_other_shape() -> None:
    tf.assign(kernel(), [1.0, 2.0, 3.0])


@provokes("assigned-other-shape")
def assigned_other_rank() -> None:
    tf.assign(kernel(), [[1.0, 2.0]])


@provokes("assigned-other-shape", "layer/kernel")
def assigned_other_shape_to_resource() -> None:
    kernel(use_resource=True).assign([1.0, 2.0, 3.0])


@provokes("assigned-other-shape")
def initialized_from_other_shape() -> None:
    path = saved()
    kernel(scope="new", shape=[3])
    tf.train.init_from_checkpoint(path, {"layer/kernel": "new/kernel"})


@provokes("assigned-other-shape")
def restored_in_parts_with_other_shape() -> None:
    path = saved()
    kernel(shape=[8], partitioner=parts(2))
    restore(path)


@provokes("no-session")
def no_session() -> None:
    kernel().eval()


@provokes("no-session")
def no_session_to_run_in() -> None:
    kernel().initializer.run()


@provokes("no-session")
def closed_session() -> None:
    weights = kernel()
    with tf.Session() as session:
        pass
    session.run(weights)


@provokes("key-not-in-checkpoint", "new/kernel")
def key_not_in_checkpoint() -> None:
    path = saved()
    kernel(scope="new")
    restore(path)


@provokes("key-not-in-checkpoint", "new")
def loaded_by_wrong_name() -> None:
    tf.train.load_variable(saved(), "new")


@provokes("key-not-in-checkpoint", "old/kernel")
def initialized_from_missing() -> None:
    path = saved()
    kernel()
    tf.train.init_from_checkpoint(path, {"old/kernel": "layer/kernel"})


@provokes("key-not-in-checkpoint", "bias")
def scope_initialized_from_missing() -> None:
    path = saved()
    tf.get_variable("layer/bias", [2])
    tf.train.init_from_checkpoint(path, {"/": "layer/"})


@provokes("no-checkpoint")
def no_checkpoint() -> None:
    kernel()
    restore("no/such/model.ckpt")


@provokes("no-checkpoint")
def checkpoint_is_none() -> None:
    kernel()
    restore(None)


@provokes("checkpoint-with-other-dtype", "layer/kernel")
def checkpoint_with_other_dtype() -> None:
    path = saved()
    kernel(dtype=tf.int32)
    restore(path)


@provokes("not-a-checkpoint")
def not_a_checkpoint() -> None:
    path = saved()
    Path(f"{path}.index").write_bytes(b"<html>not found</html>" * 20)
    kernel()
    restore(path)


@provokes("same-name-in-saver", "layer/kernel")
def same_name_in_saver() -> None:
    weights = kernel()
    tf.train.Saver([weights, weights])


@provokes("nothing-to-save")
def nothing_to_save() -> None:
    tf.train.Saver()


def _of_another_graph() -> object:
    with tf.Graph().as_default():
        return kernel()


@provokes("other-graph")
def other_graph() -> None:
    tf.constant(1.0) + _of_another_graph()


@provokes("other-graph")
def evaluated_in_a_session_of_another_graph() -> None:
    tensor = _of_another_graph()
    with tf.Session():
        tensor.eval()


@provokes("other-graph")
def evaluated_in_a_given_session_of_another_graph() -> None:
    tensor = _of_another_graph()
    with tf.Session() as session:
        tensor.eval(session=session)


@provokes("other-graph")
def run_in_a_session_of_another_graph() -> None:
    operation = _of_another_graph().op
    with tf.Session():
        operation.run()


@provokes("not-in-this-graph")
def tensor_not_in_this_graph() -> None:
    kernel()
    with tf.Session() as session:
        session.run(_of_another_graph())


@provokes("not-in-this-graph")
def operation_not_in_this_graph() -> None:
    kernel()
    with tf.Session() as session:
        session.run(_of_another_graph().initializer)


@provokes("not-in-this-graph")
def fed_to_another_graph() -> None:
    weights = kernel()
    with tf.Session() as session:
        session.run(weights, {_of_another_graph(): [1.0, 2.0]})


@provokes("not-in-this-graph")
def no_tensor_of_that_name() -> None:
    kernel()
    tf.get_default_graph().get_tensor_by_name("kernel:0")


@provokes("not-in-this-graph")
def no_operation_of_that_name() -> None:
    kernel()
    with tf.Session() as session:
        session.run("start")


@provokes("not-in-this-graph")
def empty_graph() -> None:
    with tf.Session() as session:
        session.run(_of_another_graph())


@provokes("initializer-inside-control-flow", "kernel")
def initializer_inside_loop() -> None:
    def body(step: tf.Tensor) -> tf.Tensor:
        tf.get_variable("kernel", initializer=tf.cast(step, tf.float32))
        return step + 1

    with tf1_control_flow():
        tf.while_loop(lambda step: step < 3, body, [0])


def _kept_from_loop(made: Callable[[tf.Tensor], object]) -> object:
    kept = []

    def body(step: tf.Tensor) -> tf.Tensor:
        kept.append(made(step))
        return step + 1

    tf.while_loop(lambda step: step < 3, body, [0])
    return kept[0]


@provokes("used-outside-control-flow")
def used_after_loop() -> None:
    with tf1_control_flow():
        _ = 2 * _kept_from_loop(lambda step: step + 1)


@provokes("used-outside-control-flow")
def used_in_another_loop() -> None:
    with tf1_control_flow():
        kept = _kept_from_loop(lambda step: step + 1)
        _kept_from_loop(lambda step: step + kept)


@provokes("used-outside-control-flow")
def initializers_made_inside_loop() -> None:
    kernel()
    with tf1_control_flow(), tf.Session() as session:
        session.run(_kept_from_loop(lambda _: tf.global_variables_initializer()))


@provokes("graph-finalized")
def graph_finalized() -> None:
    tf.get_default_graph().finalize()
    kernel()


@provokes("duplicate-node-name", "x")
def duplicate_node_name() -> None:
    tf.constant(1, name="x/")
    tf.constant(1, name="x/")


@provokes("no-gradients")
def no_gradients() -> None:
    kernel()
    tf.train.GradientDescentOptimizer(0.1).minimize(tf.constant(1.0))


@provokes("no-gradients")
def nothing_to_optimize() -> None:
    tf.train.GradientDescentOptimizer(0.1).minimize(tf.constant(1.0))


@provokes("eager-execution", eager=True)
def eager_placeholder() -> None:
    tf.placeholder(tf.float32)


@provokes("eager-execution", eager=True)
def eager_saver() -> None:
    tf.train.Saver()


@provokes("eager-execution", eager=True)
def eager_optimizer() -> None:
    tf.train.GradientDescentOptimizer(0.1).minimize(tensorflow.Variable(1.0))


@provokes("eager-execution", eager=True)
def eager_gradients() -> None:
    tf.gradients(tensorflow.Variable(1.0), tensorflow.Variable(1.0))


@provokes("eager-execution", eager=True)
def eager_meta_graph() -> None:
    tf.train.export_meta_graph()


@provokes("eager-execution", eager=True)
def eager_variable_in_graph() -> None:
    variable = tensorflow.Variable(1.0)
    with tf.Graph().as_default():
        _ = variable + 1


@provokes("missing-in-tensorflow-2")
def get_variable_of_tensorflow_2() -> None:
    _ = tensorflow.get_variable


@provokes("missing-in-tensorflow-2")
def saver_of_tensorflow_2() -> None:
    _ = tensorflow.train.Saver


@provokes("contrib-is-gone")
def contrib_of_tensorflow_2() -> None:
    _ = tensorflow.contrib


@provokes("constant-for-variable", "w/Assign")
def frozen_with_its_assignment() -> None:
    with tf.Graph().as_default() as graph:
        tf.assign(tf.get_variable("w", [1], use_resource=False), [1.0])
    graph_def = graph.as_graph_def()
    (node,) = (each for each in graph_def.node if each.name == "w")
    node.op = "Const"
    node.attr.clear()
    node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto([1.0]))
    node.attr["dtype"].type = tf.float32.as_datatype_enum
    tf.import_graph_def(graph_def, name="")


@provokes("variable-made-in-function", eager=True)
def variable_in_function() -> None:
    tensorflow.function(lambda: tensorflow.Variable(1.0))()


@provokes("variable-is-unhashable", eager=True)
def variable_as_key() -> object:
    return {tensorflow.Variable(1.0): 1}


@provokes("colocated-outside-of-strategy", eager=True)
def colocated_with_another() -> None:
    strategy = tensorflow.distribute.OneDeviceStrategy("/cpu:0")
    with strategy.scope(), strategy.extended.colocate_vars_with(tensorflow.constant(1.0)):
        pass


@provokes("scope-mapped-to-name", "layer")
def scope_mapped_to_name() -> None:
    kernel()
    tf.train.init_from_checkpoint(saved(), {"layer": "layer/"})


@provokes("empty-variable-list")
def no_variables_for_slim() -> None:
    tf_slim.assign_from_checkpoint_fn(saved(), [])


@provokes("variable-not-in-checkpoint", "other/kernel")
def missing_for_slim() -> None:
    tf_slim.assign_from_checkpoint(saved(), [kernel(scope="other")])


@provokes("no-variable-but-tensor")
def initializer_of_a_tensor() -> None:
    tf.variables_initializer([tf.zeros([1])])


@provokes("output-not-in-graph", "softmax")
def frozen_without_output() -> None:
    with tf.Session() as session:
        graph_def = tf.get_default_graph().as_graph_def()
        tf.graph_util.convert_variables_to_constants(session, graph_def, ["softmax"])


@provokes("not-ready", "layer/kernel")
def supervised_without_initializer() -> None:
    kernel()
    manager = tf.train.SessionManager(ready_op=tf.report_uninitialized_variables())
    manager.prepare_session("", init_fn=lambda _: None)


@provokes("table-not-initialized")
def table_without_initializer() -> None:
    entries = tf.lookup.KeyValueTensorInitializer(["a"], [1])
    table = tf.lookup.StaticHashTable(entries, 0)
    with tf.Session() as session:
        session.run(table.lookup(tf.constant(["a"])))


@provokes("metric-uninitialized", "accuracy/total")
def metric_without_initializer() -> None:
    tf.metrics.accuracy(tf.constant([1]), tf.constant([1]))
    with tf.Session() as session:
        session.run(tf.local_variables()[0])


@provokes("no-such-device", "w")
def variable_on_a_gpu() -> None:
    with tf.device("/gpu:0"):
        variable = tf.get_variable("w", [2], initializer=tf.zeros_initializer())
    with tf.Session() as session:
        session.run(variable.initializer)


@provokes("not-with-keras-3")
def cell_of_keras_2() -> None:
    tf.nn.rnn_cell.BasicLSTMCell(3)
