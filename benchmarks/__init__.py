"""What `make bench` runs. Figures go to standard output, one JSON object a line; a table for people to standard error."""
