"""A run as one page to read, and a single result in a notebook."""
