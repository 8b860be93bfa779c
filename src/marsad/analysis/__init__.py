"""Analysis: what can be worked out from the record without changing it."""
