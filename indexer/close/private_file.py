"""Files with secrets in them: for their owner's eyes only, and whole at every moment."""

import json
import os
from pathlib import Path


def write_private(path: Path, value: object) -> None:
    """Replace a file by this value as JSON; a crash leaves the old one or the new one, never half.

    Raises:
        OSError: it cannot be written; the old one is still there.
    """
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
