"""SQLite as the Hub opens it: Django's, with a queue for those who write."""
