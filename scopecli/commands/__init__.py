"""What the commands do: paths and options in, reports out. Each loads only what it needs."""
