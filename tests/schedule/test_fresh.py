"""The pattern every public answer follows: rendered once, kept, and not sent again to who has it."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from hub.kit import fresh as kit
from hub.kit.fresh import Shelf, fresh, shelf

LATER_THAN_ANY_BUILD = datetime(2100, 1, 1, 9, tzinfo=UTC)
PAGE = "Ä page. " * 200


@pytest.fixture(autouse=True)
def an_empty_shelf() -> None:
    shelf.clear()


class Renders:
    """Something to render that counts how often it was."""

    def __init__(self, body: str = PAGE) -> None:
        self.body, self.count = body, 0

    def __call__(self) -> str:
        self.count += 1
        return self.body


def ask(render: Callable[[], str], *, method: str = "get", key: tuple[Any, ...] = ("page", 1), **more: Any) -> HttpResponse:
    headers = more.pop("headers", {})
    request = getattr(RequestFactory(), method)("/x", headers=headers)
    return fresh(request, key=key, render=render, content_type="text/plain; charset=utf-8", **more)


def test_an_answer_is_rendered_once_for_its_key() -> None:
    render = Renders()

    bodies = [ask(render).content for _ in range(3)] + [ask(render, key=("page", 2)).content]

    assert (bodies, render.count) == ([PAGE.encode()] * 4, 2)


def test_who_has_the_answer_is_told_so_without_rendering_and_with_the_same_headers() -> None:
    first = ask(Renders())
    render = Renders()

    again = ask(render, headers={"If-None-Match": f'"other", W/{first.headers["ETag"]}'}, key=("page", 1))

    assert (again.status_code, again.content, render.count) == (304, b"", 0)
    names = ("ETag", "Cache-Control", "Vary")
    assert [again.headers[name] for name in names] == [first.headers[name] for name in names]
    assert "Content-Type" not in again.headers
    assert ask(render, headers={"If-None-Match": first.headers["ETag"]}, key=("page", 2)).status_code == 200


def test_head_answers_like_get_tag_and_length_included() -> None:
    got, headed = ask(Renders()), ask(Renders(), method="head")

    assert (headed.status_code, headed.content) == (200, b"")
    assert dict(headed.items()) == dict(got.items())
    assert got.headers["Content-Length"] == str(len(PAGE.encode()))
    assert ask(Renders(), method="head", headers={"If-None-Match": got.headers["ETag"]}).status_code == 304


def test_a_packed_answer_has_a_tag_of_its_own_and_says_what_it_varies_by() -> None:
    render = Renders()
    plain, packed = ask(render), ask(render, headers={"Accept-Encoding": "br, gzip"})

    assert gzip.decompress(packed.content) == plain.content
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Length"] == str(len(packed.content))
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["ETag"] == plain.headers["ETag"][:-1] + '-gzip"'
    assert render.count == 1
    again = ask(render, headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]})
    assert (again.status_code, again.headers["ETag"]) == (304, packed.headers["ETag"])


@pytest.mark.parametrize(
    ("accepts", "is_packed"),
    [("gzip", True), ("gzip;q=0", False), ("gzip;q=0.0, br", False), ("gzip; q=0.5", True), ("x-gzip", False), ("", False)],
)
def test_only_who_accepts_gzip_gets_it(accepts: str, is_packed: bool) -> None:
    assert ("Content-Encoding" in ask(Renders(), headers={"Accept-Encoding": accepts}).headers) is is_packed


def test_a_small_answer_is_not_packed() -> None:
    assert ask(Renders("small"), headers={"Accept-Encoding": "gzip"}).content == b"small"


def test_a_date_to_ask_by_is_told_once_its_second_is_over() -> None:
    with time_machine.travel(LATER_THAN_ANY_BUILD + timedelta(seconds=0.5), tick=False):
        assert "Last-Modified" not in ask(Renders(), last_modified=LATER_THAN_ANY_BUILD).headers

    with time_machine.travel(LATER_THAN_ANY_BUILD + timedelta(seconds=1), tick=False):
        assert ask(Renders(), last_modified=LATER_THAN_ANY_BUILD).headers["Last-Modified"] == "Fri, 01 Jan 2100 09:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-Modified-Since": "Fri, 01 Jan 2100 09:00:00 GMT"}, 304),
        ({"If-Modified-Since": "Fri, 01 Jan 2100 08:59:59 GMT"}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-Modified-Since": "Fri, 01 Jan 2100 09:00:00 GMT", "If-None-Match": '"another"'}, 200),
    ],
)
@time_machine.travel(LATER_THAN_ANY_BUILD + timedelta(days=1), tick=False)
def test_who_asks_by_date_is_answered_by_date_unless_a_tag_says_more(headers: dict[str, str], status: int) -> None:
    assert ask(Renders(), last_modified=LATER_THAN_ANY_BUILD, headers=headers).status_code == status


def test_by_date_nothing_is_older_than_the_program() -> None:
    answer = ask(Renders(), last_modified=datetime(1999, 1, 1, tzinfo=UTC))

    assert answer.headers["Last-Modified"] == kit.http_date(kit._built_at())


def test_an_answer_for_somebody_signed_in_is_theirs_alone_and_never_kept() -> None:
    render = Renders()

    answers = [
        ask(render, shared=False, last_modified=LATER_THAN_ANY_BUILD, headers={"Accept-Encoding": "gzip"}) for _ in range(2)
    ]

    assert (render.count, shelf.weight) == (2, 0)
    assert answers[0].headers["Cache-Control"] == "private, no-cache"
    assert answers[0].headers["Vary"] == "Cookie"
    assert "Last-Modified" not in answers[0].headers
    assert ask(render, shared=False, headers={"If-None-Match": answers[0].headers["ETag"]}).status_code == 304
    assert ask(Renders("mine"), shared=False).headers["ETag"] != answers[0].headers["ETag"]


def test_another_build_of_the_program_has_other_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    before = ask(Renders()).headers["ETag"]
    monkeypatch.setattr(kit, "build", lambda: b"another build")

    assert ask(Renders()).headers["ETag"] != before


def test_an_answer_may_say_how_long_others_may_keep_it_and_what_a_copy_is_called() -> None:
    answer = ask(Renders(), max_age=60, filename="schedule.ics", headers={}, vary=("HX-Request",))

    assert answer.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert answer.headers["Content-Disposition"] == 'inline; filename="schedule.ics"'
    assert answer.headers["Vary"] == "Accept-Encoding, HX-Request"


def test_while_a_page_is_developed_it_is_never_kept(settings: Any) -> None:
    settings.DEBUG = True
    render = Renders()

    ask(render)
    ask(render)

    assert (render.count, shelf.weight) == (2, 0)


def test_of_many_who_ask_at_once_one_renders_and_all_get_it() -> None:
    here, started, may_end = Shelf(), threading.Event(), threading.Event()
    renders: list[int] = []

    def slowly() -> str:
        renders.append(1)
        started.set()
        may_end.wait(5)
        return PAGE

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(here.body, "a", slowly, packed=bool(number % 2)) for number in range(8)]
        assert started.wait(5)
        may_end.set()
        bodies = [each.result(5) for each in asked]

    assert len(renders) == 1
    assert {gzip.decompress(body) if is_packed else body for body, is_packed in bodies} == {PAGE.encode()}


def test_what_fails_to_render_is_tried_again_by_the_next_who_asks() -> None:
    here = Shelf()

    def fails() -> str:
        raise LookupError("no such page")

    with pytest.raises(LookupError):
        here.body("a", fails, packed=False)
    assert here.body("a", lambda: "now", packed=False) == (b"now", False)


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 60), st.booleans()), max_size=60))
def test_the_shelf_never_holds_more_than_it_has_room_for(asked: list[tuple[str, int, bool]]) -> None:
    here = Shelf(room=100)
    for tag, size, packed in asked:
        assert here.body(tag, lambda size=size: "x" * size, packed=packed)[1] is False
        assert here.weight == sum(answer.weight for answer in here._answers.values())
        assert here.weight <= 100


def test_the_least_recently_asked_for_goes_first() -> None:
    here, render = Shelf(room=100), Renders("x" * 25)
    for tag in ("a", "b", "c", "d", "a", "e"):
        here.body(tag, render, packed=False)

    assert list(here._answers) == ["c", "d", "a", "e"]
