"""Saved searches that tell of new pages, by mail or to a program, without accounts.

    routes.py ──► subscriptions.py ◄── delivery.py ──► channels.py ──► mail.py, smtp.py    letters
    the form      subscriptions.db     send_due                   └──► webhooks.py         signed requests

links.py signs the addresses in letters, settings.py checks what they need to know. Why it works so: docs/decisions.
"""
