"""A report's two files: the Word file an officer signs, and the working book behind it."""
