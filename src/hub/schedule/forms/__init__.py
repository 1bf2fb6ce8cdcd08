"""What people type in this room, by what it is for."""

from hub.schedule.forms.desk import (
    BoxForm,
    ExceptionForm,
    MaterialForm,
    NoteForm,
    PlanForm,
    ReleaseForm,
    RulesForm,
    SeriesEditForm,
    SeriesForm,
    SessionForm,
    UploadForm,
    YearPlanForm,
)
from hub.schedule.forms.runsheets import (
    DueForm,
    HandOverForm,
    LineForms,
    ReasonForm,
    TaskForm,
    initial_of,
    line_forms,
)

__all__ = [
    "BoxForm",
    "DueForm",
    "ExceptionForm",
    "HandOverForm",
    "LineForms",
    "MaterialForm",
    "NoteForm",
    "PlanForm",
    "ReasonForm",
    "ReleaseForm",
    "RulesForm",
    "SeriesEditForm",
    "SeriesForm",
    "SessionForm",
    "TaskForm",
    "UploadForm",
    "YearPlanForm",
    "initial_of",
    "line_forms",
]
