"""Our ways of asking a model beside those of others: one model, one server, the same articles."""
