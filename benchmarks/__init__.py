"""Measurements that take too long for every change: whether intervals hold what they promise.

What belongs here: programs behind `make bench`. What does not: what a change must pass (tests/).
"""
