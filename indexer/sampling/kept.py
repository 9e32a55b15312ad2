"""Where samples and their populations are kept."""

from typing import Final

from indexer.papers import Folder
from models.sample import Population, Sample

SAMPLES: Final = Folder("sample", Sample)
POPULATIONS: Final = Folder("population", Population)
"""Frozen populations, each under its hash; samples of the same one share it."""
