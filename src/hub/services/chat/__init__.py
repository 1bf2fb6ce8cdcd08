"""Chat: a post in a channel of Slack, Mattermost, Microsoft Teams or Matrix."""

from hub.services.chat.fake import FakeChat
from hub.services.chat.model import Chat, ChatError, Post
from hub.services.chat.outbound import Reach
from hub.services.chat.real import Form, MatrixRoom, Webhook, chat_for

__all__ = ["Chat", "ChatError", "FakeChat", "Form", "MatrixRoom", "Post", "Reach", "Webhook", "chat_for"]
