"""What can go wrong for an agent. Every message is one plain sentence without a password, a whole number or a text."""


class AgentError(Exception):
    """Base of the agent's errors."""


class SettingsError(AgentError, ValueError):
    """A setting is wrong; the sentence names it and says what would be right."""


class TableError(AgentError):
    """A table is missing, or lacks a column; the sentence names it."""
