"""Measurements: quality against gold corpora, speed, published sets. Each module prints a table and can write a JSON."""
