import pytest
from pytest_django import Settings

from hub.services.chat import FakeChat
from hub.services.mail import MemoryTransport
from tests.messaging.telling import Scene, a_telling_scene


@pytest.fixture
def mail(settings: Settings) -> MemoryTransport:
    """Mail goes into memory."""
    settings.MAIL_TRANSPORT = MemoryTransport()
    transport: MemoryTransport = settings.MAIL_TRANSPORT
    return transport


@pytest.fixture
def chat(settings: Settings) -> FakeChat:
    """What is said in chats goes into memory."""
    settings.CHAT = FakeChat()
    fake: FakeChat = settings.CHAT
    return fake


@pytest.fixture
def scene(db: None, mail: MemoryTransport) -> Scene:
    return a_telling_scene(mail)
