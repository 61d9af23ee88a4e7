"""Messages about saving variables and restoring them."""

from typing import Final

from scopecli.advice.known import NAME, Fix, Known, wording

_LISTED: Final = Fix(
    "See which names the checkpoint has.",
    code="""
        for name, shape in tf.train.list_variables(path):
            print(name, shape)
        """,
)

_KEY: Final = Known(
    key="key-not-in-checkpoint",
    pattern=wording(
        # The other name is one that TensorFlow looks for by itself, to tell TF2's checkpoints from TF1's.
        rf"(?:Key|Tensor name|Tensor) (?!['\"]?_CHECKPOINTABLE_OBJECT_GRAPH){NAME}(?: \([^()]{{1,300}}\))?"
        r" (?:is )?not found in (?:[^\s:]{1,300} )?checkpoint"
    ),
    example="Key layer/kernel not found in checkpoint",
    meaning="The `Saver` asks the checkpoint for every one of its variables by name, and the checkpoint has "
    "no %name. It restores all of them or none.",
    causes=(
        "The model changed since it was saved: a layer was added, a scope or a variable was renamed.",
        (
            "Names were made unique in another order, as `dense_1` for `dense`: the layers were built in "
            "another order, or built twice in one graph, as in a notebook."
        ),
        (
            "It was saved without what the optimizer keeps (`/Adam`, `/Momentum`, `beta1_power`) or without "
            "its averages (`/ExponentialMovingAverage`), as checkpoints to start from often are."
        ),
        (
            "It is a checkpoint of TF2, from `tf.train.Checkpoint` or Keras: their names end in "
            "`/.ATTRIBUTES/VARIABLE_VALUE`."
        ),
        "The path is that of another model.",
    ),
    fixes=(
        _LISTED,
        Fix(
            "Restore what it has, and initialise the rest. The parts of a variable are saved under the "
            "name of the whole.",
            code="""
                import re
                saved = {name for name, _ in tf.train.list_variables(path)}
                there = [
                    each for each in tf.global_variables()
                    if re.sub(r"/part_\\d+", "", each.op.name) in saved
                ]
                sess.run(tf.global_variables_initializer())
                tf.train.Saver(there).restore(sess, path)
                """,
        ),
        Fix(
            "Where only names changed, say which is which: a dictionary from names in the checkpoint to "
            "variables.",
            code="""
                renamed = {each.op.name.replace("new/", "old/"): each for each in tf.global_variables()}
                saver = tf.train.Saver(renamed)
                """,
        ),
        Fix(
            "For averages, restore the weights from them.",
            code="""
                average = tf.train.ExponentialMovingAverage(0.99)
                saver = tf.train.Saver(average.variables_to_restore())
                """,
        ),
    ),
    hint="restore a checkpoint that was saved with the same variables, under the same names",
)

_NO_CHECKPOINT: Final = Known(
    key="no-checkpoint",
    pattern=wording(
        r"The passed save_path is not a valid checkpoint(?:: \S{1,300})?"
        r"|Can't load save_path when it is None"
        r"|TensorSliceReader constructor: Failed to (?:find any|get) matching files"
    ),
    example="The passed save_path is not a valid checkpoint: model.ckpt",
    meaning="There is no checkpoint at this path. A checkpoint is several files, and its path is what their "
    "names have in common: `model.ckpt-100` for `model.ckpt-100.index` and "
    "`model.ckpt-100.data-00000-of-00001`.",
    causes=(
        "The path is that of the folder, or has one of the files' endings: `.index`, `.meta`, `.data-…`.",
        "It lacks the number of the step that `save(..., global_step=step)` put at its end.",
        (
            "It is relative, and the program runs in another folder; or the folder was moved, and its "
            "`checkpoint` file still has the old paths."
        ),
        "`tf.train.latest_checkpoint` found no `checkpoint` file in the folder, and returned None.",
    ),
    fixes=(
        Fix(
            "Ask `tf.train.latest_checkpoint` for the newest one of a folder, and look at the answer.",
            code="""
                path = tf.train.latest_checkpoint(folder)
                if path is None:
                    raise FileNotFoundError(f"no checkpoint in {folder}")
                saver.restore(sess, path)
                """,
        ),
    ),
    hint="give the path that was given to `save`, without the endings of the files",
)

_DTYPE: Final = Known(
    key="checkpoint-with-other-dtype",
    pattern=wording(
        rf"tensor_name = {NAME}; expected dtype (?P<wanted>\w+) does not equal original dtype (?P<found>\w+)"
    ),
    example="tensor_name = layer/kernel; expected dtype int32 does not equal original dtype float",
    meaning="The checkpoint has %name as %found, and the graph has it as %wanted. A `Saver` does not cast.",
    causes=(
        "The model was saved with another precision, as float32 and float16.",
        "Another variable has this name now.",
    ),
    fixes=(
        Fix(
            "Restore into a variable of the saved type, and cast where it is used.",
        ),
        Fix(
            "Or read the value, cast it and assign it.",
            code="""
                value = tf.train.load_variable(path, name)
                sess.run(variable.assign(value.astype(variable.dtype.base_dtype.as_numpy_dtype)))
                """,
        ),
    ),
    hint="create the variable with the `dtype` that was saved",
)

_FORMAT: Final = Known(
    key="not-a-checkpoint",
    pattern=wording(r"not an sstable \(bad magic number\)"),
    example="not an sstable (bad magic number): perhaps your file is in a different file format and you "
    "need to use a different restore operator?",
    meaning="There is a file at this path, but it is no checkpoint that a `Saver` can read.",
    causes=(
        (
            "The path names one file of the checkpoint, `….data-00000-of-00001` or `….index`, and not their "
            "common beginning."
        ),
        "The download broke off, or is a page that says so, or a Git LFS pointer: look at the size.",
        "It is another format: Keras's `.h5`, a frozen graph (`.pb`), or a numpy file.",
    ),
    fixes=(
        Fix(
            "Give the common beginning of the files' names: what was given to `save`.",
            code="saver.restore(sess, path)  # model.ckpt-100, not model.ckpt-100.data-00000-of-00001",
        ),
    ),
    hint="give the path that was given to `save`, without the endings of the files",
)

_SAME_NAME: Final = Known(
    key="same-name-in-saver",
    pattern=wording(rf"At least two variables have the same name: {NAME}"),
    example="At least two variables have the same name: layer/kernel",
    meaning="A checkpoint keeps values by name, and the list given to the `Saver` has two variables called "
    "%name.",
    causes=(
        "The list has one variable twice: two collections were added up, as `trainable_variables() + ...`.",
        "The variables are of two graphs, each of which has one of this name.",
        "A meta graph was imported into a graph that has the model already: both have their variables.",
    ),
    fixes=(
        Fix(
            "Take each variable once.",
            code="""
                both = tf.trainable_variables() + tf.global_variables()
                saver = tf.train.Saver(list({each.op.name: each for each in both}.values()))
                """,
        ),
        Fix("For two graphs, make a `Saver` in each."),
        Fix(
            "Import a meta graph into a graph of its own, or build the model and restore without importing.",
            code="""
                with tf.Graph().as_default():
                    saver = tf.train.import_meta_graph(path + ".meta")
                """,
        ),
    ),
)

_NOTHING: Final = Known(
    key="nothing-to-save",
    pattern=wording(r"No variables to save"),
    example="No variables to save",
    meaning="`tf.train.Saver()` takes the variables that the default graph has at that moment, and there "
    "are none.",
    causes=(
        "The `Saver` is made before the model is built.",
        "The model was built in another graph, or the graph was reset in between.",
        "The program runs eagerly, as TensorFlow 2 does, and variables are in no graph and no collection.",
        "All of the variables were made with `collections` that leave `GLOBAL_VARIABLES` out.",
    ),
    fixes=(
        Fix(
            "Build the model, then make the `Saver` in the same graph.",
            code="""
                with tf.Graph().as_default():
                    kernel = tf.get_variable("kernel", ...)
                    saver = tf.train.Saver()
                """,
        ),
    ),
    hint="create a variable before `save` or `restore`",
)

_SCOPES: Final = Known(
    key="scope-mapped-to-name",
    pattern=wording(
        rf"Assignment map with scope only name {NAME} should map to scope only (?P<scope>[^\s.]{{1,300}})"
    ),
    example="Assignment map with scope only name layer should map to scope only layer/. Should be "
    "'scope/': 'other_scope/'.",
    meaning="In the map of `init_from_checkpoint` a scope ends in a slash, on both sides: `'old/': 'new/'`. "
    "Without one, it is the name of a variable.",
    causes=("One side of the map ends in `/`, and the other does not.",),
    fixes=(
        Fix(
            "Write both sides with a slash at the end.",
            code="""
                tf.train.init_from_checkpoint(path, {"given/": "given/"})
                """,
        ),
    ),
)

_EMPTY_LIST: Final = Known(
    key="empty-variable-list",
    pattern=wording(r"var_list cannot be empty"),
    example="var_list cannot be empty",
    meaning="`slim` is to restore a list of variables, and the list is empty: nothing would be restored.",
    causes=(
        "The list was made by a filter that lets nothing through: another scope, or a name with `:0`.",
        "The list was made before the model was built.",
    ),
    fixes=(
        Fix(
            "Look at what the graph has, and filter by these names.",
            code="""
                for variable in tf.global_variables():
                    print(variable.op.name)
                """,
        ),
    ),
)

_MISSING: Final = Known(
    key="variable-not-in-checkpoint",
    pattern=wording(r"Checkpoint is missing variable \[(?P<variable>[^\]\n]{1,300})\]"),
    example="Checkpoint is missing variable [layer/kernel]",
    meaning="`slim` looks for `%variable` in the checkpoint, and there is no tensor of this name.",
    causes=(
        "The model has variables that the checkpoint has not: a new last layer, an optimizer's slots.",
        "The variable has another name there, such as one without a scope.",
    ),
    fixes=(
        Fix(
            "See what differs, and what is probably renamed: `scopecli diff GRAPH CHECKPOINT`, where "
            "the graph is "
            "a `.meta` file or a report that `scopecli trace` saved."
        ),
        Fix(
            "Leave the missing ones as they are initialized: "
            "`slim.assign_from_checkpoint(path, variables, ignore_missing_vars=True)`. What is left out "
            "is not "
            "said, so compare first."
        ),
    ),
)

KNOWN: Final = (_KEY, _NO_CHECKPOINT, _DTYPE, _FORMAT, _SAME_NAME, _NOTHING, _SCOPES, _EMPTY_LIST, _MISSING)
