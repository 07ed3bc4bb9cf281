"""Deliveries: alerts, digests, rules, rates and times."""
