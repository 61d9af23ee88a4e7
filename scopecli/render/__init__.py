"""Turns reports into text. Renderers yield lines; whoever asked for them writes them."""
