"""Answers about images: the frames of datasets of two or more axes."""
