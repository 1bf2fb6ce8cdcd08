"""Addresses of the room."""

from django.urls import path

from hub.messaging import pages

_DESK = "team/<slug:programme>/messages/"

urlpatterns = [
    path(_DESK, pages.outbox, name="desk-messages"),
    path(f"{_DESK}again/", pages.again, name="desk-messages-again"),
    path(f"{_DESK}batches/<int:rule>/", pages.batch, name="desk-batch"),
    path(f"{_DESK}<int:pk>/", pages.message, name="desk-message"),
    path(f"{_DESK}<int:pk>/mail/", pages.message_html, name="desk-message-html"),
    path(f"{_DESK}letters/", pages.letters, name="desk-letters"),
    path(f"{_DESK}letters/new/", pages.letter_new, name="desk-letter-new"),
    path(f"{_DESK}letters/<int:pk>/", pages.letter, name="desk-letter"),
    path(f"{_DESK}letters/<int:pk>/look/", pages.letter_look, name="desk-letter-look"),
    path(f"{_DESK}rules/", pages.rules, name="desk-message-rules"),
    path(f"{_DESK}rules/several/", pages.rules_several, name="desk-rules-several"),
    path(f"{_DESK}rules/new/", pages.rule_new, name="desk-rule-new"),
    path(f"{_DESK}rules/<int:pk>/", pages.rule, name="desk-rule"),
    path(f"{_DESK}templates/new/", pages.template_new, name="desk-template-new"),
    path(f"{_DESK}templates/<slug:slug>/", pages.template, name="desk-template"),
    path(f"{_DESK}channels/", pages.channels, name="desk-channels"),
    path(f"{_DESK}channels/<int:pk>/", pages.channel, name="desk-channel"),
    path("me/messages/", pages.my_messages, name="my-messages"),
    path("me/messages/<int:pk>/", pages.my_message, name="my-message"),
    path("stop/<str:signed>/", pages.stop, name="stop"),
    path("dev/mail/", pages.mailbox, name="dev-mail"),
    path("dev/mail/<str:key>/", pages.mail, name="dev-mail-one"),
    path("dev/mail/<str:key>/html/", pages.mail_html, name="dev-mail-html"),
]
