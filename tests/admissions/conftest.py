import pytest

from tests.admissions.onboarding import Scene, a_scene


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()
