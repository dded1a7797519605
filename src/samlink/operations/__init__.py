"""Every administrative use case, once: validated, atomic, asynchronous, without a screen and without a socket.

Each function takes the store first (`store.contract.admin.AdminStore`) and validated or raw values after it. It raises
InputError for a malformed value, OperationError if things are not so that it can be done, StoreError if the store
cannot; after any of them nothing has changed. The command line and an HTTP API call the same functions.
"""
