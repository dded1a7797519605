"""Gateways and agents as processes of their own: started, watched by their logs, killed, started again."""
