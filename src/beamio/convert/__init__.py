"""Files of one format from files of another."""
