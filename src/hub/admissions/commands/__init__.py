"""Write the onboarding of a cohort: its steps, what is done, calls, what is told back, and the kick-off."""

from hub.admissions.commands.kickoff import NoKickOff, NoSuchRoom, propose_rooms, put_agenda, put_into_rooms
from hub.admissions.commands.plans import (
    OnboardingThere,
    StepStays,
    add_step,
    ask_newcomers,
    choose_survey,
    edit_step,
    make_onboarding,
    move_step,
    remove_step,
)
from hub.admissions.commands.progress import (
    CallChangedMeanwhile,
    NotAnExpert,
    excuse,
    excuse_no_more,
    note_call,
    tick,
    untick,
    want_no_photo,
)
from hub.admissions.commands.summaries import (
    NothingToShare,
    SummaryChanged,
    forget_shared,
    let_go_shared,
    share_summary,
    take_back_summary,
)

__all__ = [
    "CallChangedMeanwhile",
    "NoKickOff",
    "NoSuchRoom",
    "NotAnExpert",
    "NothingToShare",
    "OnboardingThere",
    "StepStays",
    "SummaryChanged",
    "add_step",
    "ask_newcomers",
    "choose_survey",
    "edit_step",
    "excuse",
    "excuse_no_more",
    "forget_shared",
    "let_go_shared",
    "make_onboarding",
    "move_step",
    "note_call",
    "propose_rooms",
    "put_agenda",
    "put_into_rooms",
    "remove_step",
    "share_summary",
    "take_back_summary",
    "tick",
    "untick",
    "want_no_photo",
]
