"""A drawing tried out: virtual time, answers that are given or assumed, and nothing written, sent or called."""
