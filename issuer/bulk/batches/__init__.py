"""A batch in the register: import → prepare → approve by another person → seal → stamp → register → deliver.

Each step takes the documents that stand just before it, a range at a time, and commits with the range: stopped anywhere
and started again, a step goes on where it was.
"""
