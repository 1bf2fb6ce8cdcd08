"""Forms as data: what they are made of, how they are edited, checked and compared, how answers are read and added up."""

from hub.core.forms.answers import Reading, Typed, Value, Values, Wrong, read, said, typed_again, typed_in, words_in
from hub.core.forms.check import Finding, check
from hub.core.forms.compare import Difference, difference, say_condition
from hub.core.forms.model import (
    OTHER,
    SMALLEST_GROUP,
    BadForm,
    Condition,
    Content,
    Kind,
    Option,
    Question,
    Section,
    Test,
    dump,
    every_question,
    load,
)
from hub.core.forms.states import ANSWER_MOVES, FORM_MOVES, AnswerState, Audience, FormState, NotOpen, takes_answers
from hub.core.forms.tally import Tally, freeze, may_share, tallies

__all__ = [
    "ANSWER_MOVES",
    "FORM_MOVES",
    "OTHER",
    "SMALLEST_GROUP",
    "AnswerState",
    "Audience",
    "BadForm",
    "Condition",
    "Content",
    "Difference",
    "Finding",
    "FormState",
    "Kind",
    "NotOpen",
    "Option",
    "Question",
    "Reading",
    "Section",
    "Tally",
    "Test",
    "Typed",
    "Value",
    "Values",
    "Wrong",
    "check",
    "difference",
    "dump",
    "every_question",
    "freeze",
    "load",
    "may_share",
    "read",
    "said",
    "say_condition",
    "takes_answers",
    "tallies",
    "typed_again",
    "typed_in",
    "words_in",
]
