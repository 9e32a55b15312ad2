"""Numbered schema steps, each one transaction. A released step is never edited."""
