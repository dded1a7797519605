"""The SAM ports: who may connect and log in, what a connection asks, and how it is answered."""
