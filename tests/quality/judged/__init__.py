"""Two generators of transmissions written from the task before the model was read, judged by who knows their rates.

In: a seed.
Out: stories whose way is known, and the posterior of each parent for a reader who knows how often each edit is made.
"""
