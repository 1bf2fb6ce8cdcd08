"""What this room writes when something happens in an earlier one, in the same transaction."""
