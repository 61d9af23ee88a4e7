"""What watches a program: hooks where TensorFlow makes variables, and where the program is at the moment."""
