"""The scenario language: YAML nodes with places, the model they must fit, and what may refer to what."""
