"""Training the reader: `python -m tools.training` makes its weights from the labelled articles.

sets        the articles, and which of them stand or fall together
labels      which number of a text a label is about
examples    each choice of each number, with the features that speak for it
net         a small net over features
fitting     all choices fitted to some articles
validation  how right that is on articles it was not fitted to, and how sure it may be
"""
