"""The demo company: writes landing files in the real formats, with planted truths.

What belongs here: everything that makes up the company. What does not: anything the pipeline
needs; nothing outside demo/ and its tests imports from here.
"""
