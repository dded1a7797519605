"""Why an administrative use case was not carried out. Nothing was changed."""

from samlink.vocabulary.problem import Problem


class OperationError(Problem):
    """What was asked does not fit what is there: no such account, a debt, a number that is not in a list."""
