"""Door of the room's queries; each file below holds one part of the schedule."""
