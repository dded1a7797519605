"""The customer's side without a program: a row in a table is sent, and its result comes back into the row.

    rows of the customer's tables ──claim──► judged ──► samlink.client ──► gateway
              ▲                                │                              │
              └── result code, time, telecom ◄─┴────────── results ◄──────────┘

Five facts are each committed before anybody acts on them, and a crash between any two leaves what the next start mends:

1. **claimed**: the row's state becomes *sending*, and its keys (GRP_ID, MSG_ID) and a lease are written down beside it,
   in one transaction. Nothing has left yet. When the agent dies, the lease ends and another agent takes the row over
   *with the same keys*, so that the gateway, which takes a key once, does not send it twice.
2. **sending**: it may have been sent from now on, so that whoever takes it over does not call it a failure.
3. **sent**: the gateway took it.
4. **finished**: the result code, the time and the telecom stand in the row, or, where the row refuses them, beside its
   keys; only then is the result acknowledged.
5. **moved**: the row is in the month's log with every column that the customer gave it, and gone from the live table.

    agent    puts the parts together        tables   the customer's database      flow    the tasks
    watch    events, counters, health       judge    whether a row is sent

`flow.retrier` runs in threads, beside the link, everything that waits for the database.
"""
