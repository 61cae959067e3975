"""The engines behind the port of base.py."""
