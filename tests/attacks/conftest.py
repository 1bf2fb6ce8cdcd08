"""The scene of the matrix, for those who mean harm: the same people, programmes and moment; and a house of one's own to crowd."""

from tests.kit.test_workers import empty_house, house
from tests.matrix.conftest import in_september, scene

__all__ = ["empty_house", "house", "in_september", "scene"]
