"""Outgoing mail: addresses with keys, messages as bytes, and the way to the next mail server."""
