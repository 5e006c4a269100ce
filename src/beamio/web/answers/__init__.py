"""Answers to questions: they read files, in a process of their own or in a notebook."""
