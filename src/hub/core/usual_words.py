"""Words a programme may begin from when it says what people agree to. A team reads them, changes what is not so, and publishes.

They say what the Hub does with a yes and no more: where a name, a photo or a logo stands, that a quote is seen first, that a
yes can be taken back.
Sources: issue 3, "Consent ledger"; seeds/001, pre-cohort steps; GDPR Art. 7 (plain words, as easy to take back as to give).
"""

from __future__ import annotations

from hub.core.consent import Use

_WORDS: dict[Use, str] = {
    Use.TAKING_PART: "I take part in the programme, in its sessions and in what was agreed with my organisation.",
    Use.CODE_OF_CONDUCT: (
        "I keep to the code of conduct of the programme, in its rooms and wherever we write to each other, and tell the team "
        "when somebody does not."
    ),
    Use.DATA_PROTECTION: (
        "I have read the [privacy notice]({privacy}): what is held about me, why, for how long, and who reads it."
    ),
    Use.NAME: (
        "My name, and the organisation I come from, may stand on the programme’s public pages and in its calendar. I can take "
        "this back at any time; from then on they stand there no more."
    ),
    Use.PHOTO: "My photo may stand beside my name. I can take this back at any time.",
    Use.QUOTE: "Sentences of mine may be quoted under my name, each once I have seen it and said yes to it.",
    Use.LOGO: "The logo of our organisation may stand on the programme’s public pages. We can take this back at any time.",
    Use.RECORDING: (
        "I may be seen and heard in recordings of sessions, where it is said before the session begins that it is recorded."
    ),
    Use.ANSWERS: "What I answer in the programme’s surveys may be used in its reports, without my name.",
    Use.CONTACT: "The team may write to me after the programme has ended, about what comes of it and what comes next.",
}


def usual_words(use: Use, *, privacy: str) -> str:
    """Give the words to begin from for a use, in Markdown; `privacy` is the address of the programme's privacy notice."""
    return _WORDS[use].replace("{privacy}", privacy)
