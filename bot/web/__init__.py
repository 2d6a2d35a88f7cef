"""The HTTP app: chat page, webhooks, health."""
