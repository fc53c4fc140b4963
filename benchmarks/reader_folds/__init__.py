"""The reader on folds of the labelled articles that it was not fitted to.

families  the features by what they look at
held      what is counted in articles that were held out, and the figures of it
kept      the results so far, each row written when it is there
ablation  the reader without each family of features
curve     the reader fitted to fewer articles
learners  other ways of learning what a number means, on the same features
tables    the results as tables
"""
