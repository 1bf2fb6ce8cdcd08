"""`make bench`, or `make bench ONLY=plan,feed`: measure, print JSON lines on standard output and a table on standard error."""

from __future__ import annotations

import argparse
import sys

AREAS = (
    "plan", "schedule", "feed", "json", "session", "memory", "start", "people", "week", "outbox", "booking", "attendance",
)  # fmt: skip


def main() -> int:
    """Run the areas asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", default="", help=f"some of {', '.join(AREAS)}, with commas")
    parser.add_argument("--sizes", default="40,400,2000", help="sessions in the cohorts measured")
    parser.add_argument("--experts", default="15,5000", help="Experts in the cohorts whose attendance is measured")
    chosen = parser.parse_args()
    areas = [area.strip() for area in chosen.only.split(",") if area.strip()] or list(AREAS)
    if unknown := [area for area in areas if area not in AREAS]:
        parser.error(f"“{unknown[0]}” is not one of {', '.join(AREAS)}")
    sizes = [int(size) for size in chosen.sizes.split(",")]
    print(f"{'name':<18}{'at':<24}{'value':>12} unit", file=sys.stderr)
    if "plan" in areas:
        from benchmarks import bench_plan

        bench_plan.run(sizes)
    if "people" in areas:
        from benchmarks import bench_people

        bench_people.run()
    if "week" in areas:
        from benchmarks import bench_week

        bench_week.run()
    if "outbox" in areas:
        from benchmarks import bench_outbox

        bench_outbox.run()
    if "booking" in areas:
        from benchmarks import bench_booking

        bench_booking.run()
    if "attendance" in areas:
        from benchmarks import bench_attendance

        bench_attendance.run([int(size) for size in chosen.experts.split(",")])
    if web := [area for area in areas if area not in ("plan", "people", "week", "outbox", "booking", "attendance")]:
        from benchmarks import bench_web

        bench_web.run(sizes, web)
    return 0


if __name__ == "__main__":
    sys.exit(main())
