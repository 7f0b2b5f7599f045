"""The sample workspace of `llm-dash demo`: small plans of our own, in every state."""
