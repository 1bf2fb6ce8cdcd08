"""What taking part asks of a team and of people; each part has its own file."""

from hub.participation import one_to_one_todo  # noqa: F401  importing it registers what it asks
