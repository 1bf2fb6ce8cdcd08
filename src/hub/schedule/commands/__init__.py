"""Door of the room's commands; each file below holds one part of the schedule."""
