"""The command line: arguments, streams and the exit status; everything else is loaded when it is needed."""
