"""The verbs of Callsift: everything from Close to a found passage."""
