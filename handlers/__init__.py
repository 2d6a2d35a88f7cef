"""What the bot does: functions from a Turn to a Reply."""
