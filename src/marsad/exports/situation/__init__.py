"""Situation reports as files: a document of sections, the words of its languages, and a writer for each format."""
