"""One file per channel. Channels do not know each other."""
