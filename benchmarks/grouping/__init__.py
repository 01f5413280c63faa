"""How well events are grouped: a labelled corpus, and the errors that grouping makes of it.

`python -m benchmarks.grouping` prints pairwise precision and recall, and every miss.
"""
