"""The pages of the room, by what they are for."""

from hub.admissions.pages.board import onboarding, onboarding_expert, onboarding_export
from hub.admissions.pages.calls import onboarding_call
from hub.admissions.pages.kickoff import kick_off
from hub.admissions.pages.mine import my_onboarding, my_onboarding_summary
from hub.admissions.pages.steps import onboarding_step, onboarding_steps
from hub.admissions.pages.summary import onboarding_summary

__all__ = [
    "kick_off",
    "my_onboarding",
    "my_onboarding_summary",
    "onboarding",
    "onboarding_call",
    "onboarding_expert",
    "onboarding_export",
    "onboarding_step",
    "onboarding_steps",
    "onboarding_summary",
]
