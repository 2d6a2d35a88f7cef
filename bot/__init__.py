"""The running program: settings, wiring, channels, delivery, clock, web."""
