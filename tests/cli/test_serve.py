"""`hub serve` says beforehand why it cannot serve."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from hub.cli.serve import address_problem, waiting_migrations


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_that_is_taken_is_named_with_another_to_try(taken_port: int, settings: Settings):
    settings.HOST, settings.PORT = "127.0.0.1", taken_port
    assert address_problem() == (
        f"something else listens at 127.0.0.1, port {taken_port} already."
        f" Choose another port, such as HUB_PORT={taken_port + 1}."
    )


def test_a_port_that_cannot_be_is_said(settings: Settings):
    settings.HOST, settings.PORT = "127.0.0.1", 70000
    assert address_problem() == "HUB_PORT is 70000; ports go from 0 to 65535."


def test_a_free_port_is_no_problem(taken_port: int, settings: Settings):
    settings.HOST, settings.PORT = "127.0.0.1", 0
    assert address_problem() is None


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_waits_for_nothing():
    assert waiting_migrations() == []
