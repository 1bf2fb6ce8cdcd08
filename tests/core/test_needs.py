"""What somebody needs, once two records are one: nobody is told what neither record told them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hub.core.needs import Told, told_after

TOLD = st.builds(Told, is_shared=st.sampled_from([None, False, True]), noted=st.sampled_from(["", "By phone", "By mail"]))
WORDS = st.sampled_from(["", "Captions", "A ramp"])


def test_an_answer_goes_with_the_words_it_was_given_for() -> None:
    facts = {"kept_words": "Captions", "gone_words": "A ramp"}
    assert told_after(Told(True), Told(None), **facts) == Told(True)
    assert told_after(Told(None), Told(True), **facts) == Told(None, "A ramp")
    assert told_after(Told(True), Told(True, "By phone"), **facts) == Told(True, "By phone\n\nA ramp")


def test_words_only_one_record_has_keep_its_answer_and_of_the_same_words_the_stricter_holds() -> None:
    assert told_after(Told(False), Told(True), kept_words="", gone_words="A ramp") == Told(True)
    assert told_after(Told(True), Told(False), kept_words="A ramp", gone_words="") == Told(True)
    assert told_after(Told(True), Told(False), kept_words="A ramp", gone_words="A ramp") == Told(False)
    assert told_after(Told(None, "Same"), Told(True, "Same"), kept_words="A ramp", gone_words="A ramp") == Told(True, "Same")


def read(told: Told, words: str) -> set[str]:
    return {part for part in (*told.noted.split("\n\n"), words if told.is_shared else "") if part}


@given(TOLD, TOLD, WORDS, WORDS)
def test_a_programme_never_reads_more_than_the_two_records_told_it(kept: Told, gone: Told, mine: str, theirs: str) -> None:
    after = told_after(kept, gone, kept_words=mine, gone_words=theirs)
    assert read(after, mine or theirs) <= read(kept, mine) | read(gone, theirs)
