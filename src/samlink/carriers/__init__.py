"""Carriers: who takes a message from the gateway and brings its result back. One contract, one module a carrier."""
