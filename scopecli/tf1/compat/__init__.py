"""What programs of TF1's days miss in today's TensorFlow."""
