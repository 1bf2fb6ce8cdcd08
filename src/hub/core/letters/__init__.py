"""Letters: Markdown with variables, checked when saved, and filled with words that can never become marks.

`{{ session.title }}` stands for a word; `{{# if session.where }}…{{/ if }}` for a part left out where the word is empty.
There is nothing else: no code, no loops, no names beyond those declared. Sources: issue 4, "Templates"; lessons, "Mail".
"""

from hub.core.letters.checking import check
from hub.core.letters.filling import Filled, Letter, NoWord
from hub.core.letters.model import Problem, Variable, without_greeting

__all__ = ["Filled", "Letter", "NoWord", "Problem", "Variable", "check", "without_greeting"]
