"""The rules of a programme's plans: what they are, the Hub's own, and how a team's TOML is read."""

from hub.core.plan.rules.codes import CODES, Code
from hub.core.plan.rules.model import DEFAULT, OrderRule, Rules, SeriesRule, Training
from hub.core.plan.rules.read import BadRules, read_rules

__all__ = ["CODES", "DEFAULT", "BadRules", "Code", "OrderRule", "Rules", "SeriesRule", "Training", "read_rules"]
