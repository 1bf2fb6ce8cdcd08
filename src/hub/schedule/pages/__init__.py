"""Door of the room's pages; each file below holds one part of the schedule."""
