"""A package, unlike its neighbours, so that `scope="package"` ends with its last test.

Playwright has its event loop run in the thread of the tests for as long as it is there, and
nobody else in that thread can run one meanwhile.
"""
