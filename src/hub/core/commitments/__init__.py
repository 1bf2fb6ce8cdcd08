"""Commitments: what an Expert promised to take part in, how they stand, and what can still be reached.

A promise is data ("half of the cafés"); a forecast says earned, possible, at risk or out of reach, and what is needed next.
Source: seeds/000 ("Collaborations Cafe (12 sessions) … M: 50%", in-person events and case study M); lessons, "Attendance and
commitments"; issue 5, item 3.

What counts, in one place:

- A **cancelled** gathering, one that `is_counted` not, and entries nobody meets for leave a promise altogether.
- One **to be confirmed** counts as planned and possible, dated or not; an undated one until the promise's window has closed.
- An **excused** one leaves the denominator. Who comes nevertheless came.
- **Caught up** counts as earned where the promise allows it, up to its limit; beyond that it stays missed.
- One that is **over without a register** is not known yet: it is neither earned nor missed, and may turn out either way.
- A share that is not a whole number is **rounded up**: half of 11 is 6.
- A promise **without days of its own** has those of its cohort: it is at risk before the cohort ends, and closes with it.
- A **late start** or **early end** cuts the window, and the share is one of what lies within. An **extension** gives more time
  and asks for no more: coming to what is held in it earns, and does not enlarge the denominator.
"""

from hub.core.commitments.model import (
    OWN_PROMISES,
    All,
    BadPromise,
    Count,
    Gathering,
    Override,
    Promise,
    Quantity,
    Share,
    Standing,
    Things,
    Which,
    Window,
    read_quantity,
    sound_override,
    sound_promise,
    window_of,
)
from hub.core.commitments.reckon import Forecast, Marks, Verdict, forecast, forecast_many, marks_of, standing_of
from hub.core.commitments.say import say, say_for_team, say_promise, say_quantity

__all__ = [
    "OWN_PROMISES",
    "All",
    "BadPromise",
    "Count",
    "Forecast",
    "Gathering",
    "Marks",
    "Override",
    "Promise",
    "Quantity",
    "Share",
    "Standing",
    "Things",
    "Verdict",
    "Which",
    "Window",
    "forecast",
    "forecast_many",
    "marks_of",
    "read_quantity",
    "say",
    "say_for_team",
    "say_promise",
    "say_quantity",
    "sound_override",
    "sound_promise",
    "standing_of",
    "window_of",
]
