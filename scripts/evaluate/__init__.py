"""Measures how well the product finds calls, on folders of calls with judged queries.

docs/retrieval.md says what a folder holds, what the figures mean, and what came out.
"""
