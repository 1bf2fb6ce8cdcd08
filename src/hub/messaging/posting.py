"""Write a message: its words from the letter and the facts, in the programme's frame, as a mail or for a chat."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr
from functools import lru_cache
from html import escape, unescape
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing

from hub.core import ical
from hub.core.choices import Cadence, Topic
from hub.core.letters import Letter, without_greeting
from hub.kit.home import home_zone
from hub.messaging.commands.digests import DIGEST, cadence_of_digest, title_of
from hub.messaging.deciding import GoesTo, reply_to
from hub.messaging.happenings import Fact, own_values, variables_for, words_of_moments
from hub.messaging.models import Message
from hub.people.models import Person
from hub.people.queries.reached import Reached
from hub.programmes.models import Programme
from hub.services.chat import Post as ChatPost
from hub.services.letters import Frame, Post, compose, dress, dress_text
from hub.services.mail import Envelope

STOP = "messaging.stop"  # salt of the links that stop a topic
_HEADING = re.compile(r"<(/?)h([1-6])>")
_HREF = re.compile(r'href="(https?://[^"]*)"')
_STOP_MARK = "https://zqhubstop.invalid"


@dataclass(frozen=True, slots=True)
class Written:
    """A message as it goes out, or as it would."""

    subject: str
    text: str
    html: str = ""
    mail: Post | None = None
    post: ChatPost | None = None
    calendar: Mapping[str, object] = field(default_factory=dict)  # what to remember of the calendar it changes
    told: Mapping[int, str] = field(default_factory=dict)  # of what it tells, by the key of the message that does

    def envelope(self, message: Message) -> Envelope:
        """Give it as a mail on its way."""
        assert self.mail is not None
        return Envelope(self.mail.sender[1], self.mail.recipient[1], compose(self.mail), self.mail.message_id)


def message_id(message: Message) -> str:
    """Give the Message-ID a message has for ever: by it a returned mail is known again."""
    return f"<{message.token}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}>"


def stop_url(person: Person, programme: Programme, what: Topic | Cadence) -> str:
    """Give the address that stops a topic with one click, without signing in (RFC 8058).

    A cadence stands for the mail that holds several: it stops every topic somebody hears that often.
    """
    signed = _signer().sign_object([person.pk, programme.pk, what.value])
    return f"{settings.BASE_URL}/stop/{signed}/"


@lru_cache(maxsize=1)
def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=STOP)


@lru_cache(maxsize=8)
def _address_of(mailbox: str) -> str:
    return parseaddr(mailbox)[1]


@lru_cache(maxsize=256)
def _letter(subject: str, body: str, happening: str) -> Letter:
    return Letter(subject, body, variables_for(happening))


@lru_cache(maxsize=512)
def _dressed(fragment: str, frame: Frame) -> str:
    return dress(fragment, subject="", frame=frame)


class Composer:
    """Writes many messages: what is the same for several of them is made once."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._answers: dict[tuple[int, int | None], tuple[str, str] | None] = {}
        self._frames: dict[tuple[int, int | None, str, str], Frame] = {}

    def write(self, message: Message, to: GoesTo, *, at: datetime) -> Written:
        """Write a message for whom it goes to now. Raises LookupError where a fact does not tell what the letter says."""
        if message.hook is not None:
            return self._for_chat(message, to)
        person = to.reached.person if to.reached else None
        assert person is not None
        frame, answers = self._frame(message, at=at), self._answers_to(message, at=at)
        can_answer = answers is not None
        if message.happening == DIGEST:
            subject, text, html = self._digest(message, to, person, frame=frame, can_answer=can_answer)
        else:
            subject, text, html = self._words(message, to.fact, person, zone=to.zone, frame=frame, can_answer=can_answer)
        stop = "" if not frame.stop_url else stop_url(person, message.programme, _stopped_by(message))
        html = html.replace(_STOP_MARK, escape(stop))
        text = dress_text(text, frame=frame).replace(_STOP_MARK, stop)
        invite = to.fact.invite_for(person.pk) if to.fact else None
        sender = _address_of(settings.DEFAULT_FROM_EMAIL)
        mail = Post(
            message_id=message_id(message),
            date=at,
            sender=(message.programme.name, sender),
            recipient=(person.name, to.address),
            reply_to=answers,
            subject=subject,
            text=text,
            html=html,
            stop_url=stop,
            calendar=ical.invitation(
                invite.vevent,
                invite.vtimezones,
                method=invite.method,
                sequence=invite.sequence,
                attendee=(person.name, to.address),
                # Calendars take changes only from who invited: never a person of the team, who may change.
                organiser=(message.programme.name, message.programme.contact_email or sender),
                stamp=at,
            )
            if invite
            else "",
            method=invite.method if invite else "",
        )
        calendar: dict[str, object] = {}
        if invite:
            calendar = {
                "calendar_uid": invite.uid,
                "calendar_sequence": invite.sequence,
                "calendar_method": invite.method,
            }
        told = {of.pk: said for of, fact in to.parts or ((message, to.fact),) if (said := _told_by(of, fact))}
        return Written(subject, text, html, mail=mail, calendar=calendar, told=told)

    def _words(
        self, message: Message, fact: Fact | None, person: Person, *, zone: str, frame: Frame, can_answer: bool
    ) -> tuple[str, str, str]:
        letter = _letter(*letter_of(message), message.happening)
        values = values_for(message, fact, person, zone=zone, can_answer=can_answer)
        subject, text = letter.fill_text(values)
        return subject, text, letter.put_html(_dressed(letter.html_with_marks(values), frame), values)

    def _digest(self, message: Message, to: GoesTo, person: Person, *, frame: Frame, can_answer: bool) -> tuple[str, str, str]:
        texts, fragments = [], []
        for part, fact in to.parts:
            values = values_for(part, fact, person, zone=to.zone, can_answer=can_answer)
            filled = _letter(*letter_of(part), part.happening).fill(values)
            texts.append(f"{filled.subject}\n{'-' * min(len(filled.subject), 60)}\n\n{filled.text}")
            fragments.append(f"<h2>{escape(filled.subject)}</h2>\n{_lowered(filled.html)}")
        subject = title_of(message, zone=to.zone, programme=message.programme.name)
        return subject, "\n\n\n".join(texts), dress("\n<hr>\n".join(fragments), subject=subject, frame=frame)

    def _for_chat(self, message: Message, to: GoesTo) -> Written:
        """Write it for a channel: without a greeting to one person, its own addresses as links, the first one to read on."""
        subject, body = letter_of(message)
        letter = _letter(subject, without_greeting(body), message.happening)
        values = {**_everybody(message.programme), **(to.fact.values_for(None) if to.fact else {})}
        values |= words_of_moments(to.fact, to.fact.zone) if to.fact else {}
        filled = letter.fill(values)
        lines = tuple(line for line in filled.text.split("\n") if line.strip())
        links = tuple(dict.fromkeys(unescape(each) for each in _HREF.findall(filled.html)))
        post = ChatPost(title=filled.subject, lines=lines, url=links[0] if links else "", links=links)
        return Written(filled.subject, filled.text, post=post)

    def _frame(self, message: Message, *, at: datetime) -> Frame:
        key = (message.programme_id, message.mailing_id, message.topic, message.rule_key if message.happening == DIGEST else "")
        if key not in self._frames:
            self._frames[key] = self._new_frame(message, at=at)
        return self._frames[key]

    def _new_frame(self, message: Message, *, at: datetime) -> Frame:
        programme, topic = message.programme, Topic(message.topic)
        answers = self._answers_to(message, at=at)
        return Frame(
            programme=programme.name,
            colour=programme.colour,
            why=why_digest(cadence_of_digest(message), programme) if message.happening == DIGEST else why(topic, programme),
            home_url=f"{settings.BASE_URL}/{programme.slug}/",
            choices_url=f"{settings.BASE_URL}/me/messages/",
            stop_url="" if topic.is_duty else _STOP_MARK,
            answers_to=answers[0] if answers and answers[0] != programme.name else "",  # a contact address is no person
        )

    def _answers_to(self, message: Message, *, at: datetime) -> tuple[str, str] | None:
        key = (message.programme_id, message.mailing_id)
        if key not in self._answers:
            self._answers[key] = reply_to(message.programme, message, at=at)
        return self._answers[key]


def _told_by(message: Message, fact: Fact | None) -> str:
    """Give the keys of what a message tells its person of, where its fact lists several things."""
    return fact.tells.get(message.person_id or 0, "") if fact is not None else ""


def _lowered(html: str) -> str:
    """Let a letter's own headings stand below the one a digest gives it."""
    return _HEADING.sub(lambda found: f"<{found[1]}h{min(int(found[2]) + 2, 6)}>", html)


def why(topic: Topic, programme: Programme) -> str:
    """Say why somebody gets a message, for its foot."""
    if topic.is_duty:
        return f"You get this because of something you did or agreed to at {programme.name}."
    return f"You get this because you have a part in {programme.name}, and hear of: {topic.label.lower()}."


def why_digest(cadence: Cadence, programme: Programme) -> str:
    """Say why somebody gets a mail that holds several, for its foot."""
    return f"You get this because you chose to hear some of what {programme.name} tells {cadence.label.lower()}."


def _stopped_by(message: Message) -> Topic | Cadence:
    """Say what the link in a mail stops."""
    return cadence_of_digest(message) if message.happening == DIGEST else Topic(message.topic)


def letter_of(message: Message) -> tuple[str, str]:
    """Give subject and body, with variables, that a message is written from. Raises LookupError where its letter is gone."""
    if message.own_subject or message.own_body:
        return message.own_subject, message.own_body
    if message.mailing is not None:
        return message.mailing.subject, message.mailing.body
    if message.rule is not None:
        return message.rule.template.subject, message.rule.template.body
    raise LookupError("the letter of this message is gone")


def values_for(message: Message, fact: Fact | None, person: Person, *, zone: str, can_answer: bool = True) -> dict[str, str]:
    """Give the words for every variable of a message, for one person. `can_answer`: somebody reads what they answer."""
    values = own_values(person, message.programme, base_url=settings.BASE_URL, can_answer=can_answer)
    if fact is not None:
        values |= fact.values_for(person.pk)
        values |= words_of_moments(fact, zone)
        values |= fact.personal_for(person.pk)
    return values


def what_it_says(message: Message, fact: Fact | None, who: Reached | None, *, can_answer: bool) -> tuple[str, ...]:
    """Give all that determines the words of a message to somebody as things are, and what it puts into a calendar.

    Two messages for which it is the same say the same. Nothing is put into words, so it may be asked of hundreds. `can_answer`:
    somebody reads what is answered.
    """
    try:
        letter = _letter(*letter_of(message), message.happening)
    except LookupError:  # its letter is gone: it says nothing
        return ()
    if message.hook is not None or who is None:
        values = {**_everybody(message.programme), **(fact.values_for(None) if fact else {})}
        values |= words_of_moments(fact, fact.zone) if fact else {}
    else:
        values = values_for(message, fact, who.person, zone=who.zone or home_zone(), can_answer=can_answer)
    invite = fact.invite_for(message.person_id) if fact else None
    entry = (invite.method, str(invite.sequence), invite.vevent) if invite else ()
    return (*letter_of(message), *(values.get(name, "") for name in letter.names), *entry)


def own_words(person: Person, programme: Programme) -> dict[str, str]:
    """Give the words for the variables every letter may use, for one person."""
    return own_values(person, programme, base_url=settings.BASE_URL)


def _everybody(programme: Programme) -> dict[str, str]:
    """Give the words of the variables that speak to the reader, for a channel of several."""
    return own_values(Person(name="all"), programme, base_url=settings.BASE_URL, can_answer=False)


def example_values(happening: str) -> dict[str, str]:
    """Give an example for every variable of a letter, for a preview without anybody."""
    return {name: variable.example for name, variable in variables_for(happening).items()}
