"""What every room stands on: problems, errors, escapes, sizes, dtypes and the reading of files."""
