"""Changing the embedder: build beside the live store, compare, switch, go back."""
