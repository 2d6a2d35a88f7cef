"""What is remembered: models, migrations, and queries as plain async functions on a session."""
