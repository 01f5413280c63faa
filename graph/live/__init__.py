"""What is shared between those who watch live: one execution and one message for many.

A *source* listens to the hub for all who want the same changes and may see the same of them; each
of its *streams* is one selection, worked out once for all its *subscribers*. A transport hands
`Live.attach` (in `graph.live.live`) a *sink* and gets frames into it; `docs/live.md` has the rest.
"""
