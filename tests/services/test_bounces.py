"""What comes back says which message did not arrive, and why; what is no report says nothing, and nothing is raised."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.services.mail import Bounce, parse_bounce

POSTFIX = b"""\
Return-Path: <>
Date: Wed, 5 Jul 2023 15:00:01 +0100 (BST)
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: hub@hub.example.org
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4R0x2.1/mx.example.org"
Message-Id: <20230705140001.4R0x2@mx.example.org>

This is a MIME-encapsulated message.

--4R0x2.1/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.org.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients.

<ada@survey.example>: host mail.survey.example[192.0.2.7] said: 550 5.1.1
    <ada@survey.example>: Recipient address rejected: User unknown (in reply to RCPT TO command)

--4R0x2.1/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 4R0x2
Arrival-Date: Wed, 5 Jul 2023 15:00:00 +0100 (BST)

Final-Recipient: rfc822; ada@survey.example
Original-Recipient: rfc822;ada@survey.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.survey.example
Diagnostic-Code: smtp; 550 5.1.1 <ada@survey.example>: Recipient address
    rejected: User unknown

--4R0x2.1/mx.example.org
Content-Description: Undelivered Message
Content-Type: message/rfc822

From: The Practitioners Hub <hub@hub.example.org>
To: Ada <ada@survey.example>
Subject: A place has become free
Message-ID: <place-17@hub.example.org>

Dear Ada

--4R0x2.1/mx.example.org--
"""

DELAYED = POSTFIX.replace(b"Action: failed\nStatus: 5.1.1", b"Action: delayed\nStatus: 4.4.1").replace(
    b"smtp; 550 5.1.1 <ada@survey.example>: Recipient address\n    rejected: User unknown",
    b"X-Postfix; connect to mail.survey.example[192.0.2.7]:25: Connection\n    timed out",
)
EXPIRED = DELAYED.replace(b"Action: delayed", b"Action: failed")

EXCHANGE = b"""\
From: <postmaster@survey.example>
To: <hub@hub.example.org>
Date: Wed, 5 Jul 2023 14:00:05 +0000
Content-Type: multipart/report; report-type=delivery-status; boundary="_abc_"
Content-Language: en-GB
Message-ID: <8f2b@survey.example>
In-Reply-To: <place-17@hub.example.org>
References: <place-17@hub.example.org>
Subject: Undeliverable: A place has become free
Auto-Submitted: auto-replied

--_abc_
Content-Type: multipart/alternative; boundary="_def_"

--_def_
Content-Type: text/plain; charset="us-ascii"

Delivery has failed to these recipients or groups:

ada@survey.example<mailto:ada@survey.example>
The email address you entered couldn't be found.

--_def_
Content-Type: text/html; charset="us-ascii"

<html><body>Delivery has failed</body></html>

--_def_--

--_abc_
Content-Type: message/delivery-status

Reporting-MTA: dns;EX01.survey.example
Received-From-MTA: dns;mx.example.org
Arrival-Date: Wed, 5 Jul 2023 14:00:03 +0000

Original-Recipient: rfc822;ada@survey.example
Final-Recipient: rfc822;ada.lindqvist@survey.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup

--_abc_
Content-Type: text/rfc822-headers

Received: from mx.example.org by EX01.survey.example
From: hub@hub.example.org
Message-ID: <place-17@hub.example.org>
Subject: A place has become free

--_abc_--
"""

GMAIL = b"""\
Return-Path: <>
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: hub@hub.example.org
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
References: <place-17@hub.example.org>
In-Reply-To: <place-17@hub.example.org>
X-Failed-Recipients: ada@survey.example
Message-ID: <64a5.170a0220.mta.google.com>
Content-Type: multipart/report; boundary="000000000000abc"; report-type=delivery-status

--000000000000abc
Content-Type: multipart/related; boundary="000000000000def"

--000000000000def
Content-Type: multipart/alternative; boundary="000000000000ghi"

--000000000000ghi
Content-Type: text/plain; charset="UTF-8"


** Address not found **

Your message wasn't delivered to ada@survey.example because the address couldn't be found.

--000000000000ghi--
--000000000000def--
--000000000000abc
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: Wed, 05 Jul 2023 07:00:02 -0700 (PDT)

Final-Recipient: rfc822; ada@survey.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.survey.example. (192.0.2.7, the server for the domain survey.example.)
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.
 550 5.1.1 Learn more
Last-Attempt-Date: Wed, 05 Jul 2023 07:00:03 -0700 (PDT)

--000000000000abc
Content-Type: message/rfc822

Message-ID: <place-17@hub.example.org>
From: hub@hub.example.org

--000000000000abc--
"""

EXIM = b"""\
X-Failed-Recipients: ada@survey.example
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.example.org>
To: hub@hub.example.org
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1qH2-0001@mx.example.org>

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ada@survey.example
    host mail.survey.example [192.0.2.7]
    SMTP error from remote mail server after RCPT TO:<ada@survey.example>:
    550 5.2.1 Mailbox disabled

------ This is a copy of the message, including all the headers. ------

Return-path: <hub@hub.example.org>
From: hub@hub.example.org
Message-ID: <place-17@hub.example.org>

Dear Ada, call 555 1234 about room 4.2.1
"""

QMAIL = b"""\
From: MAILER-DAEMON@mx.example.org
To: hub@hub.example.org
Subject: failure notice

Hi. This is the qmail-send program at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.

<ada@survey.example>:
192.0.2.7 does not like recipient.
Remote host said: 550 no such mailbox

--- Below this line is a copy of the message.

Return-Path: <hub@hub.example.org>
Message-ID: <place-17@hub.example.org>
"""


def a_bounce(diagnostic: str, status: str, *, final: bool = True, permanent: bool = True) -> tuple[Bounce, ...]:
    return (Bounce(("<place-17@hub.example.org>",), "ada@survey.example", final, permanent, diagnostic, status),)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (POSTFIX, a_bounce("550 5.1.1 <ada@survey.example>: Recipient address rejected: User unknown", "5.1.1")),
        (
            DELAYED,
            a_bounce(
                "connect to mail.survey.example[192.0.2.7]:25: Connection timed out", "4.4.1", final=False, permanent=False
            ),
        ),
        (EXPIRED, a_bounce("connect to mail.survey.example[192.0.2.7]:25: Connection timed out", "4.4.1", permanent=False)),
        (EXCHANGE, a_bounce("550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found by SMTP address lookup", "5.1.10")),
        (
            GMAIL,
            a_bounce("550-5.1.1 The email account that you tried to reach does not exist. 550 5.1.1 Learn more", "5.1.1"),
        ),
        (EXIM, a_bounce("550 5.2.1 Mailbox disabled", "5.2.1")),
        (QMAIL, a_bounce("Remote host said: 550 no such mailbox", "")),
    ],
    ids=["postfix", "delayed", "expired", "exchange", "gmail", "exim", "qmail"],
)
@pytest.mark.parametrize("ends", [b"\n", b"\r\n"], ids=["LF", "CR LF"])
def test_a_report_says_which_message_to_whom_and_why(raw: bytes, expected: tuple[Bounce, ...], ends: bytes) -> None:
    assert parse_bounce(raw.replace(b"\n", ends)) == expected


def test_a_report_on_several_people_speaks_of_each_and_leaves_out_whom_it_reached() -> None:
    more = (
        b"Final-Recipient: rfc822; grace@survey.example\nAction: delivered\nStatus: 2.0.0\n\n"
        b"Final-Recipient: rfc822; sam@survey.example\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 full\n"
    )
    raw = POSTFIX.replace(b"User unknown\n\n--4R0x2.1/mx.example.org\nContent-Description: Und", b"User unknown\n\n" + more +
                          b"\n--4R0x2.1/mx.example.org\nContent-Description: Und")  # fmt: skip
    assert [(each.recipient, each.status) for each in parse_bounce(raw)] == [
        ("ada@survey.example", "5.1.1"),
        ("sam@survey.example", "5.2.2"),
    ]


OUT_OF_OFFICE = b"""\
From: Ada <ada@survey.example>
To: hub@hub.example.org
Subject: Automatic reply: A place has become free
Auto-Submitted: auto-replied
In-Reply-To: <place-17@hub.example.org>

I am at sea until 5.1.2024. In an emergency call 550 1234 or write to <grace@survey.example>.
"""
SPAM = b"""\
From: mailer-daemon@evil.example
To: hub@hub.example.org
Subject: Undeliverable

Everything failed 550 5.1.1 <ada@survey.example>
"""
READ_RECEIPT = b"""\
From: ada@survey.example
Content-Type: multipart/report; report-type=disposition-notification; boundary=x

--x
Content-Type: message/disposition-notification

Final-Recipient: rfc822; ada@survey.example
Original-Message-ID: <place-17@hub.example.org>
Disposition: manual-action/MDN-sent-manually; displayed

--x--
"""


@pytest.mark.parametrize("raw", [OUT_OF_OFFICE, SPAM, READ_RECEIPT, b"", b"\xff\xfe\0", b"Subject: Hello\n\nHi"])
def test_what_is_no_report_says_nothing(raw: bytes) -> None:
    assert parse_bounce(raw) == ()


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([POSTFIX, EXCHANGE, GMAIL, EXIM, QMAIL]),
    st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=8)), max_size=6),
)
def test_whatever_a_report_went_through_nothing_is_raised(raw: bytes, damage: list[tuple[int, bytes]]) -> None:
    for place, octets in damage:
        raw = raw[:place] + octets + raw[place + len(octets) + 3 :]
    for each in parse_bounce(raw):
        assert "\n" not in each.diagnostic + each.recipient
        assert len(each.diagnostic) <= 500


@settings(max_examples=200)
@given(st.binary(max_size=600))
def test_garbage_is_no_report(raw: bytes) -> None:
    assert parse_bounce(raw) == ()


def test_a_report_of_many_megabytes_takes_no_time() -> None:
    assert parse_bounce(b"From: mailer-daemon@x\nX-Failed-Recipients: a@b.c\n\n" + b"a@" * 3_000_000) == ()
    assert parse_bounce(b"From: mailer-daemon@x\n\n" + b"<" * 1_000_000 + b"5.1." * 300_000) == ()
