"""Triage: what people and programs decide about errors, one or thousands at a time.

`changing` is how every decision is made; the other files hold the decisions themselves.
"""
