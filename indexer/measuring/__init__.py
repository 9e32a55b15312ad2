"""Measuring: every call's figures are kept, by the formulas of today.

A call is measured when it is put (`indexer/pipeline.py`). What then is left is measured
by `measure_due`: all calls once after a formula has changed, and those before whose
measuring we were killed. `indexer/measuring/summary.py` reads what is kept.
"""

from indexer.measuring.keeping import figures_of, measure_due

__all__ = ["figures_of", "measure_due"]
