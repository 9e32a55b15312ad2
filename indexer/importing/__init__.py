"""Import: calls from files, so that a team without access to Close's API can start."""

from indexer.importing.reading import STDIN
from indexer.importing.storing import ImportReport, import_files

__all__ = ["STDIN", "ImportReport", "import_files"]
