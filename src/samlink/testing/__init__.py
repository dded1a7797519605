"""Shipped fakes and conformance suites, for others to test against."""
