"""Writes tensors of one source to another file: a checkpoint, safetensors or npz, without TensorFlow."""
