"""How findings and plans are told: as text for people, as JSON, as GitHub annotations, as SARIF. Pure: facts in, text out.

Sources: SARIF 2.1.0 (OASIS), GitHub's workflow commands, docs/guide/checking-a-plan.md.
"""

from hub.core.plan.report.annotations import to_annotations
from hub.core.plan.report.facts import Checked, count, say_count, to_facts
from hub.core.plan.report.outline import to_outline
from hub.core.plan.report.sarif import to_sarif
from hub.core.plan.report.shown import shown
from hub.core.plan.report.text import to_text

__all__ = ["Checked", "count", "say_count", "shown", "to_annotations", "to_facts", "to_outline", "to_sarif", "to_text"]
