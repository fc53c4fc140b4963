"""A run as one page to read: what was found, pictures of it, and every number in its article."""
