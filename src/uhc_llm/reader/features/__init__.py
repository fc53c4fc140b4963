"""What is looked at, each under a name that a person can read.

A feature is there or not; what it speaks for, and how much, is learned (`tools.training`).
"""
