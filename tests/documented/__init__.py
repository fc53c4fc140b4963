"""Servers on this machine that take and answer what the providers' documentation says.

No provider can be reached from the tests. docs/providers.md says what was looked at, and when.
"""
