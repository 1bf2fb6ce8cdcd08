"""The plan language: a team's Markdown plan read into a typed model, checked, written back, compared.

Doors: `read.read_plan`, `check.check_plan`, `write.write_plan`, `patch.patch_plan`, `diff.compare_plans`.
Sources: seeds/000 and 001; docs/plan-language.md is the reference for people.
"""
