"""Who may sign in and what they may do: a file of members, OpenID Connect, sessions, and the gate of a private site.

Off unless `members` or `oidc_issuer` is set; with `private`, nothing is readable without signing in.
"""
