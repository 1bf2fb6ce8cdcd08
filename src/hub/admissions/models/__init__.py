"""The rows of the room: the onboarding of a cohort. The call for applications will stand beside it."""

from hub.admissions.models.onboarding import (
    BreakoutPlace,
    OnboardingCall,
    OnboardingPlan,
    OnboardingStep,
    SharedAnswer,
    SharedSummary,
    StepMark,
)

__all__ = [
    "BreakoutPlace",
    "OnboardingCall",
    "OnboardingPlan",
    "OnboardingStep",
    "SharedAnswer",
    "SharedSummary",
    "StepMark",
]
