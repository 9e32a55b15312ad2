"""Numbers with what they are worth: intervals, tests and agreement. Pure functions of numbers.

Nothing here knows of calls or stores. A number that cannot be defended is not given: an
`Estimate` then has no interval, or no value, and says why. What each interval was measured
to cover is printed by `python -m scripts.simulate` and kept in docs/methods.md.
"""
