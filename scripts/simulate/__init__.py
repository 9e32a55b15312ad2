"""What the intervals and tests of `indexer.statistics` are worth, by simulation.

    python -m scripts.simulate [--runs 2000] [--only means] [--methods]

Calls are invented by chance from a truth that is known, as teams make them: talk ratios
between 0 and 1, seconds with a long tail, counts; reps who differ; samples by stratum;
reviewers who agree more or less. Each table says how often the interval held the truth.
"""
