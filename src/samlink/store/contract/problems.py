"""What a store raises. Refusals are values, not exceptions."""


class StoreError(Exception):
    """The store could not do it, and nothing was done."""


class StoreBusyError(StoreError):
    """More was asked at once than a named limit allows; asking again later helps."""


class StoreFullError(StoreError):
    """No room on the disk (or a named quota); asking again later can help."""


class StoreLostError(StoreError):
    """The writer is gone or its disk failed an fsync: nothing more can be promised, the gateway must stop. What was
    asked and not answered may have been done."""
