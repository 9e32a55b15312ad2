"""The paths we answer, a few lines a route."""
