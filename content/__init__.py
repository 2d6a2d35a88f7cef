"""What is said, as data, and its loaders."""
