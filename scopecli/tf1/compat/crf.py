"""`tf.contrib.crf`: linear chains of labels, as TF 1.15 had them in `tensorflow/contrib/crf`.

Shapes: B sequences of at most T steps, each with one of N tags.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from scopecli.tf1.compat.api import tf1_api


def crf_sequence_score(inputs: Any, tag_indices: Any, sequence_lengths: Any, transition_params: Any) -> Any:
    """Return the score of each sequence of tags, unnormalised: [B] of [B, T, N], [B, T], [B] and [N, N]."""
    tf = tf1_api()
    steps, tags = tf.shape(inputs)[1], tf.shape(inputs)[2]
    chosen = tf.one_hot(tag_indices, tags, dtype=inputs.dtype)
    mask = tf.sequence_mask(sequence_lengths, steps, dtype=inputs.dtype)
    unary = tf.reduce_sum(tf.reduce_sum(inputs * chosen, 2) * mask, 1)
    pairs = tf.einsum("bti,ij,btj->bt", chosen[:, :-1], transition_params, chosen[:, 1:])
    return unary + tf.reduce_sum(pairs * mask[:, 1:], 1)


def crf_log_norm(inputs: Any, sequence_lengths: Any, transition_params: Any) -> Any:
    """Return the logarithm of the sum over all sequences of tags: [B]."""
    tf = tf1_api()
    sequence_lengths = tf.cast(sequence_lengths, tf.int32)

    def step(state: Any, at: Any) -> Any:
        potentials, time = at
        joined = tf.expand_dims(state, 2) + tf.expand_dims(transition_params, 0)
        moved = tf.reduce_logsumexp(joined, 1) + potentials
        return tf.where(tf.less(time, sequence_lengths), moved, state)

    states = _over_time(step, inputs)
    return tf.reduce_logsumexp(states[-1], 1)


def crf_log_likelihood(
    inputs: Any, tag_indices: Any, sequence_lengths: Any, transition_params: Any = None
) -> tuple[Any, Any]:
    """Return the log likelihood of tags, [B], and the transitions, [N, N], a variable if none are given."""
    tf = tf1_api()
    if transition_params is None:
        tags = inputs.get_shape()[2]
        transition_params = tf.get_variable("transitions", [tags, tags])
    score = crf_sequence_score(inputs, tag_indices, sequence_lengths, transition_params)
    return score - crf_log_norm(inputs, sequence_lengths, transition_params), transition_params


def crf_decode(potentials: Any, transition_params: Any, sequence_length: Any) -> tuple[Any, Any]:
    """Return the best tags, [B, T], zero behind a sequence's end, and their scores, [B]."""
    tf = tf1_api()
    sequence_length = tf.cast(sequence_length, tf.int32)

    def step(state: Any, at: Any) -> Any:
        scores, _ = state
        observed, time = at
        joined = tf.expand_dims(scores, 2) + tf.expand_dims(transition_params, 0)
        runs = tf.less(time, sequence_length)
        stay = tf.broadcast_to(tf.range(tf.shape(scores)[1], dtype=tf.int32), tf.shape(scores))
        come_from = tf.where(runs, tf.argmax(joined, 1, output_type=tf.int32), stay)
        return tf.where(runs, tf.reduce_max(joined, 1) + observed, scores), come_from

    first = potentials[:, 0]
    begin = (first, tf.zeros_like(first, dtype=tf.int32))
    times = tf.range(1, tf.shape(potentials)[1])
    scores, come_from = tf.scan(step, (tf.transpose(potentials[:, 1:], [1, 0, 2]), times), begin)
    final = tf.concat([tf.expand_dims(first, 0), scores], 0)[-1]
    last = tf.argmax(final, 1, output_type=tf.int32)

    def step_back(tag: Any, links: Any) -> Any:
        return tf.batch_gather(links, tf.expand_dims(tag, 1))[:, 0]

    before = tf.scan(step_back, come_from, last, reverse=True)
    tags = tf.transpose(tf.concat([before, tf.expand_dims(last, 0)], 0))
    mask = tf.sequence_mask(sequence_length, tf.shape(potentials)[1], dtype=tf.int32)
    return tags * mask, tf.reduce_max(final, 1)


def viterbi_decode(score: Any, transition_params: Any) -> tuple[list[int], float]:
    """Return the best tags of one sequence, and their score, from arrays [T, N] and [N, N]."""
    best, links = score[0], []
    for observed in score[1:]:
        joined = best[:, None] + transition_params
        links.append(np.argmax(joined, 0))
        best = observed + np.max(joined, 0)
    path = [int(np.argmax(best))]
    for link in reversed(links):
        path.append(int(link[path[-1]]))
    return path[::-1], np.max(best)


def _over_time(step: Callable[[Any, Any], Any], inputs: Any) -> Any:
    """Return the states after each time, [T, B, N]; the first is that of the first inputs."""
    tf = tf1_api()
    first = inputs[:, 0]
    times = tf.range(1, tf.shape(inputs)[1])
    later = tf.scan(step, (tf.transpose(inputs[:, 1:], [1, 0, 2]), times), first)
    return tf.concat([tf.expand_dims(first, 0), later], 0)
