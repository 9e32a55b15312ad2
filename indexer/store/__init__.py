"""Where calls are kept: one contract, an oracle in memory, and the engine on disk."""
