"""The scene of the matrix, for those who mean harm: the same people, programmes and moment."""

from tests.matrix.conftest import in_september, scene

__all__ = ["in_september", "scene"]
