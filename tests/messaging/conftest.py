import pytest
from pytest_django import Settings

from hub.services.mail import MemoryTransport
from tests.messaging.telling import Scene, a_telling_scene


@pytest.fixture
def mail(settings: Settings) -> MemoryTransport:
    """Mail goes into memory."""
    settings.MAIL_TRANSPORT = MemoryTransport()
    transport: MemoryTransport = settings.MAIL_TRANSPORT
    return transport


@pytest.fixture
def scene(db: None, mail: MemoryTransport) -> Scene:
    return a_telling_scene(mail)
