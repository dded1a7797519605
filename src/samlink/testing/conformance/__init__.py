"""Conformance suites: what the house's contracts promise, as test classes that anyone can run on an implementation."""
