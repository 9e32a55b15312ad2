"""The faces of Callsift: what the indexer can do, over HTTP."""
