"""The customer's side without a program: a row in a table is sent, and its result comes back into the row.

    rows of the customer's tables ──claim──► judged ──► samlink.client ──► gateway
              ▲                                │                              │
              └── result code, time, telecom ◄─┴────────── results ◄──────────┘

Five facts are each committed before anybody acts on them, and the next start repairs whatever a crash between two
leaves:

1. **claimed**: the row's state becomes *sending*, and its keys (GRP_ID, MSG_ID) and a lease are stored beside it, in
one
   transaction. Nothing has left yet. If the agent dies, the lease ends and another agent takes the row over *with the
   same keys*, so that an idempotent gateway deduplicates it.
2. **sending**: it may have been sent from now on, so an agent that takes it over does not call it a failure.
3. **sent**: the gateway took it.
4. **finished**: the result code, the time and the telecom are in the row, or beside its keys if the row refuses them;
   only then is the result acknowledged.
5. **moved**: the row is in the month's log with every column that the customer gave it, and gone from the live table.

    agent    puts the parts together        tables   the customer's database      flow    the tasks
    watch    events, counters, health       judge    whether a row is sent

`flow.retrier` runs in threads, beside the link, everything that waits for the database.
"""
