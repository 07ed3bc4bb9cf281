"""Deliveries: alerts, digests, send rules, rates and schedules."""
