"""Use cases. Each is one transaction: a plain function that takes the store and values."""
