"""`make bench`: the product beside its limits, in turns, in one run on one machine."""
