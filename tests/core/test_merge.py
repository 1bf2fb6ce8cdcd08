"""Two people saved the same notes: what becomes of them, by example and for any texts."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub.core.anonymise import apply
from hub.core.merge import Conflict, Merged, merge

NOTES = "# Café\n\nWe spoke about open data.\n\n- Ada\n\nThe next café is in May.\n"


def test_changes_in_different_places_are_both_taken() -> None:
    mine = NOTES.replace("in May", "in June")
    theirs = NOTES.replace("open data", "open data and its licences")
    assert merge(NOTES, mine, theirs) == Merged(
        "# Café\n\nWe spoke about open data and its licences.\n\n- Ada\n\nThe next café is in June.\n"
    )


def test_two_who_sign_in_at_the_same_moment_both_stand_in_the_list() -> None:
    mine, theirs = NOTES.replace("- Ada\n", "- Ada\n- Grace\n"), NOTES.replace("- Ada\n", "- Ada\n- Theo\n")
    assert merge(NOTES, mine, theirs) == Merged(NOTES.replace("- Ada\n", "- Ada\n- Theo\n- Grace\n"))


def test_two_who_write_into_an_empty_page_keep_both_paragraphs_apart() -> None:
    assert merge("", "Mine.", "Theirs.") == Merged("Theirs.\n\nMine.", (Conflict(1, "Mine.", "Theirs."),))


def test_paragraphs_added_at_the_end_by_both_stay_two() -> None:
    assert merge("Begun.\n", "Begun.\nMine.\n", "Begun.\nTheirs.\n") == Merged("Begun.\nTheirs.\n\nMine.\n")


def test_different_words_of_one_paragraph_are_woven_together() -> None:
    base = "We meet on Monday at ten in the large room.\n"
    mine = "We meet on Tuesday at ten in the large room.\n"
    theirs = "We meet on Monday at ten in the small room.\n"
    assert merge(base, mine, theirs) == Merged("We meet on Tuesday at ten in the small room.\n")


def test_the_same_word_changed_by_both_keeps_both_paragraphs_and_says_so() -> None:
    base, mine, theirs = (
        "Before.\nMeet on Monday.\nAfter.",
        "Before.\nMeet on Tuesday.\nAfter.",
        "Before.\nMeet on Friday.\nAfter.",
    )
    assert merge(base, mine, theirs) == Merged(
        "Before.\nMeet on Friday.\n\nMeet on Tuesday.\nAfter.", (Conflict(2, "Meet on Tuesday.", "Meet on Friday."),)
    )


def test_a_paragraph_written_anew_by_both_is_not_woven_into_nonsense() -> None:
    base = "The cat sat on the mat."
    mine, theirs = "A dog lay under the table all day.", "The cat sat on a chair."
    assert merge(base, mine, theirs) == Merged(f"{theirs}\n\n{mine}", (Conflict(1, mine, theirs),))


def test_what_one_takes_out_and_the_other_goes_on_writing_stays_and_is_told() -> None:
    base = "Keep.\nOld words here.\nKeep too."
    theirs = "Keep.\nOld words here, and new ones.\nKeep too."
    assert merge(base, "Keep.\nKeep too.", theirs) == Merged(theirs, (Conflict(2, "", "Old words here, and new ones."),))


def test_what_one_takes_out_is_gone() -> None:
    assert merge("a\nb\nc\nd\ne", "a\nc\nd\ne", "a\nb\nc\nd\nE") == Merged("a\nc\nd\nE")


def test_an_edit_and_a_line_added_right_below_it_do_not_quarrel() -> None:
    assert merge("one\ntwo\nthree", "one\n2\nthree", "one\ntwo\nnew\nthree") == Merged("one\n2\nnew\nthree")


def test_lines_that_both_added_are_there_once() -> None:
    assert merge("a\nz", "a\nb\nmine\nz", "a\nb\ntheirs\nz") == Merged("a\nb\ntheirs\n\nmine\nz")


def test_line_ends_of_a_browser_change_nothing() -> None:
    assert merge("a\nb\n", "a\r\nB\r\n", "a\nb\nc\n") == Merged("a\nB\nc\n")


LINES = st.lists(st.sampled_from(["", "a", "b", "c c", "- d", "a b c d e f", "a b x d e f", "a b c d y f"]), max_size=14)
TEXTS = LINES.map("\n".join) | st.text(max_size=60)


def even(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(TEXTS, TEXTS)
def test_who_changed_nothing_takes_what_the_other_made(base: str, other: str) -> None:
    assert merge(base, base, other) == merge(base, other, base) == Merged(even(other))


@given(TEXTS, TEXTS)
def test_the_same_change_by_both_is_that_change(base: str, both: str) -> None:
    assert merge(base, both, both) == Merged(even(both))


@given(TEXTS, TEXTS, TEXTS)
def test_any_three_texts_merge_and_conflicts_stand_where_they_say(base: str, mine: str, theirs: str) -> None:
    merged = merge(base, mine, theirs)
    lines = merged.text.split("\n")
    for each in merged.conflicts:
        said = [part.split("\n") for part in (each.theirs, each.mine) if part]
        first = said[0] if said else []
        assert lines[each.line - 1 : each.line - 1 + len(first)] == first
    assert [each.line for each in merged.conflicts] == sorted(each.line for each in merged.conflicts)


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text))


@given(st.data())
def test_every_word_either_added_is_in_the_result_and_every_line_too_unless_it_was_woven(data: st.DataObject) -> None:
    base = data.draw(LINES)

    def changed(word: str) -> list[str]:
        lines: list[str] = []
        for number, line in enumerate(base):
            deed = data.draw(st.sampled_from(["keep", "keep", "keep", "drop", "edit", "add"]))
            lines += [line] if deed in ("keep", "add") else [f"{line} {word}{number}"] if deed == "edit" else []
            lines += [f"{word}line{number}"] if deed == "add" else []
        return lines

    mine, theirs = changed("mine"), changed("theirs")
    merged = merge("\n".join(base), "\n".join(mine), "\n".join(theirs))
    there = words(merged.text)
    for side in (mine, theirs):
        added = words("\n".join(side)) - words("\n".join(base))
        assert {word for word in added if not there[word]} == set()
    new = {line for line in (*mine, *theirs) if re.match(r"(?:mine|theirs)line", line)}
    assert new - set(merged.text.split("\n")) == set()


def test_no_mark_of_a_conflict_stands_in_the_text() -> None:
    merged = merge("a", "b", "c")
    assert (merged.text, merged.conflicts) == ("c\n\nb", (Conflict(1, "b", "c"),))


@pytest.mark.parametrize(
    ("line", "often"),
    [("- a line of {} words and more of them", 5_000), ("- the same", 20_000), ("", 200_000), ("{} word ", 0)],
)
def test_the_longest_notes_merge_in_a_moment(line: str, often: int) -> None:
    lines = [line.format(number) for number in range(often)] or [" ".join(str(number) for number in range(40_000))]
    mine, theirs = [*lines], [*lines]
    for at in range(0, len(lines), 7):
        mine[at] += " mine"
    for at in range(3, len(lines), 5):
        theirs[at] += " theirs"
    if len(lines) == 1:
        mine[0], theirs[0] = lines[0].replace("9 ", "x "), lines[0].replace("8 ", "y ")
    merged = merge("\n".join(lines), "\n".join(mine), "\n".join(theirs))  # one that is not linear does not come to an end here
    assert len(merged.text) >= len("\n".join(lines))


# -- what is marked 🤫


@pytest.mark.parametrize(
    ("base", "mine", "theirs"),
    [
        (
            "The organisation plans to close the lab in spring and\nnobody else knows of this yet 🤫",
            "The organisation plans to move the lab in autumn and\nnobody else knows of this yet 🤫",
            "The organisation plans to close the small lab in March and\nnobody else knows of this yet 🤫",
        ),
        (
            "- the director may leave in spring\n  not public yet 🤫",
            "- the director may go in June\n  not public yet 🤫",
            "- the director may leave in May\n  not public yet 🤫",
        ),
        ("The lab closes in May.", "The lab closes in May. 🤫", "The lab closes in June."),
        ("The lab closes in May.\nAll say.", "The lab closes in May.\nAll say. 🤫", "It closes in June.\n\nAll say."),
        ("The lab closes.\nSo they say.", "The lab closes.\n\nSo they say.", "The lab closes.\nSo they say. 🤫"),
        ("The lab closes.\nSo they say. 🤫", "The lab closes.\n\nSo they say. 🤫", "The lab closes.\nSo all of them say. 🤫"),
        (
            "# Board 🤫\n\nThe lab closes.",
            "# Board 🤫\n\n## Plans\n\nThe lab closes.",
            "# Board 🤫\n\nThe lab moves.\n\n# Open",
        ),
        ("```\nthe lab\ncloses 🤫\n```", "```\nthe lab\n```\n\nand\n\n```\ncloses 🤫\n```", "```\nthe lab\nmoves 🤫\n```"),
    ],
)
def test_what_both_wrote_under_a_mark_does_not_leave_after_they_were_merged(base: str, mine: str, theirs: str) -> None:
    for one, other in [(mine, theirs), (theirs, mine)]:
        left = apply(
            merge(f"Open.\n\n{base}\n\n# Open too", *(f"Open.\n\n{each}\n\n# Open too" for each in (one, other))).text, ()
        )
        assert "Open." in left
        assert not re.search("lab|director|closes|say", left)


def test_both_variants_of_a_marked_paragraph_have_its_mark() -> None:
    base, mine, theirs = (f"They {plan} the lab\nand nobody knows 🤫" for plan in ("close", "move", "sell"))
    assert merge(base, mine, theirs).text == "They sell the lab 🤫\n\nThey move the lab\nand nobody knows 🤫"


def test_a_mark_that_one_takes_off_stays_off_while_the_other_writes_elsewhere() -> None:
    base = "The lab moves\nin May 🤫\n\nTea."
    assert merge(base, base.replace(" 🤫", ""), base + " And cake.") == Merged("The lab moves\nin May\n\nTea. And cake.")


def test_a_passcode_that_a_merge_parts_from_the_word_for_it_does_not_leave() -> None:
    base, mine, theirs = (f"Tea.\n\nPasscode:\n{code}\n\nCake." for code in ("teapot-4711", "kettle-4712", "saucer-4713"))
    merged = merge(base, mine, theirs)
    assert merged.text == "Tea.\n\nPasscode:\nsaucer-4713\n\nkettle-4712 🤫\n\nCake."
    assert apply(merged.text, ()) == "Tea.\n\n(passcode removed)\n\n\nCake."


FORMS = (
    "{}",
    "{}",
    "- {}",
    "  - {}",
    "  {}",
    "# {}",
    "## {}",
    "| {} |",
    "> {}",
    "<!-- {}",
    "{} -->",
    "```{}",
    "```",
    "---",
    "|--|",
    "",
)
MARKED = st.sampled_from(["", "", "", " 🤫"])


@st.composite
def written_by_two(draw: st.DrawFn) -> tuple[str, str, str]:
    """Give notes and what two made of them; each line has words of its own, so that each is found again."""

    def line(name: str) -> str:
        return draw(st.sampled_from(FORMS)).format(f"{name}a1 {name}b2 {name}c3 {name}d4") + draw(MARKED)

    base = [line(f"base{number}") for number in range(draw(st.integers(1, 7)))]

    def changed(who: str) -> str:
        lines: list[str] = []
        for number, old in enumerate(base):
            deed = draw(st.sampled_from(["keep", "keep", "keep", "drop", "word", "anew", "mark", "add", "part"]))
            new = {"drop": [], "word": [old.replace("b2", f"b2{who}{number}")], "anew": [line(f"{who}{number}")]}.get(
                deed, [old]
            )
            lines += [old.replace(" 🤫", "") if "🤫" in old else old + " 🤫"] if deed == "mark" else new
            lines += [line(f"{who}more{number}")] if deed == "add" else [""] if deed == "part" else []
        return "\n".join(lines)

    return "\n".join(base), changed("mine"), changed("theirs")


def named(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+\d+[a-z]\d\w*", text))


def leaves(text: str) -> set[str]:
    return named(apply(text, ()))


@given(written_by_two())
@example(("A1a1\nB1b1 🤫", "A1a1\n\nB1b1 🤫", "A1a1\nB1b2 🤫"))
def test_what_was_under_a_mark_in_the_notes_of_who_wrote_it_never_leaves_the_merged_ones(notes: tuple[str, str, str]) -> None:
    base, mine, theirs = notes
    left = leaves(merge(base, mine, theirs).text)
    assert left - leaves(mine) - leaves(theirs) == set()
    newly_marked = leaves(base) & named(mine) & named(theirs) - (leaves(mine) & leaves(theirs))
    assert left & newly_marked == set()


@given(TEXTS, TEXTS, TEXTS, st.data())
def test_a_line_under_a_mark_in_any_texts_stays_unless_the_other_has_it_open(
    base: str, mine: str, theirs: str, data: st.DataObject
) -> None:
    def with_marks(text: str) -> str:
        return "\n".join(line + data.draw(MARKED) for line in even(text).split("\n"))

    base, mine, theirs = with_marks(base), with_marks(mine), with_marks(theirs)
    left = set(apply(merge(base, mine, theirs).text, ()).split("\n"))
    written = {line for text in (mine, theirs) for line in text.split("\n") if re.search(r"\w", line)}
    is_open = {line for text in (mine, theirs) for line in apply(text, ()).split("\n")}
    assert left & written - is_open == set()
