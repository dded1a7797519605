"""The tolerance suite: programs at the other end that are one byte off the manual, as tables that anybody can run.

The client half (`client_rows`, run by `client_half`) plays a vendor's gateway that has one odd habit, and looks at what
a client makes of it. Each row is one habit: its name, where it was found, what the vendor does, and what must come of
it. Whatever the row, the same holds: no message arrives twice, none is called sent that was not taken, no result is
lost or handed on twice, and the client goes on. Another implementation is tried by giving the runner a
`client_half.ClientUnderTest` of its own.

The gateway half (`gateway_rows`) plays customers that have one odd habit against a gateway, which is given by its
addresses and an account of it (`gateway_half.GatewayUnderTest`). Each row plays its habit and raises a `ToleranceError`
that says what was seen instead of what is right; a habit that is refused on purpose says why.
"""
