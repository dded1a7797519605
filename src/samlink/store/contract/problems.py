"""What a store raises: Problems with codes `store.*`. Refusals are values, not exceptions."""

from samlink.vocabulary.problem import N_, Problem


class StoreError(Problem):
    """The store could not do it, and nothing was done."""


class StoreBusyError(StoreError):
    """More was asked at once than a named limit allows; asking again later helps."""


class StoreFullError(StoreError):
    """No room on the disk (or a named quota); asking again later can help."""


class StoreLostError(StoreError):
    """The writer is gone or its disk failed an fsync: nothing more can be promised, the gateway must stop. What was
    asked and not answered may have been done."""


def account_unknown(id: str) -> StoreError:
    """There is no open account of that ID."""
    return StoreError("store.account_unknown", N_("there is no account {id}"), id=id)


def account_number_unknown(no: int) -> StoreError:
    """There is no account of that number."""
    return StoreError("store.account_number_unknown", N_("there is no account number {no}"), no=no)


def profile_unknown(key: str) -> StoreError:
    """The account has no such Kakao channel."""
    return StoreError("store.profile_unknown", N_("there is no profile {key}"), key=key)


def disk_full() -> StoreFullError:
    """The disk has no room."""
    return StoreFullError("store.disk_full", N_("the disk is full"))


def writer_gone() -> StoreLostError:
    """The process that writes has ended."""
    return StoreLostError("store.writer_gone", N_("the store's writer process has ended"))
