"""Names that TF1 code uses, and that TensorFlow 2 has in `tf.compat.v1` alone."""

from typing import Final

TF1_NAMES: Final = tuple(
    """
    AUTO_REUSE ConfigProto GraphKeys InteractiveSession Session VariableScope add_to_collection
    all_variables app assign assign_add assign_sub fixed_size_partitioner flags get_collection
    get_default_graph get_default_session get_local_variable get_variable get_variable_scope
    global_variables global_variables_initializer initialize_all_variables is_variable_initialized layers
    local_variables local_variables_initializer make_template min_max_variable_partitioner placeholder
    report_uninitialized_variables reset_default_graph set_random_seed trainable_variables
    variable_axis_size_partitioner variable_scope variables_initializer
    """.split()
)
"""What `tf` has in TF1, and `tf.compat.v1` in TensorFlow 2."""

TF1_TRAIN_NAMES: Final = tuple(
    """
    AdagradOptimizer AdamOptimizer GradientDescentOptimizer MomentumOptimizer MonitoredTrainingSession
    Optimizer RMSPropOptimizer Saver Supervisor exponential_decay get_global_step
    get_or_create_global_step init_from_checkpoint
    """.split()
)
"""What `tf.train` has in TF1, and `tf.compat.v1.train` in TensorFlow 2."""
