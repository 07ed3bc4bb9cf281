"""
Which addresses a request may go to.

The check sits where a socket is made, on the very address about to be connected: a check of names or a resolver of our
own would miss address literals, odd spellings, redirects and names that change between two look-ups.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
AddrInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_NEVER: tuple[Network, ...] = (
    ipaddress.IPv6Network("64:ff9b:1::/48"),  # NAT64 for local use: leads to private IPv4
    ipaddress.IPv4Network("192.88.99.0/24"),  # the old 6to4 relays
    ipaddress.IPv6Network("3fff::/20"),  # documentation; newer than the tables of Python 3.11
)
_SENTENCE = "this address is not allowed for feeds"


class RefusedAddressError(OSError):
    """The address (or port) must not be connected to; says nothing about what is there."""

    def __init__(self) -> None:
        super().__init__(errno.EACCES, _SENTENCE)


def is_refusal(error: BaseException) -> bool:
    """Say whether a failed connection was one of ours; several addresses of a name make one error of many."""
    return isinstance(error, RefusedAddressError) or _SENTENCE in str(error)


class UnknownNameError(OSError):
    """A name that only the proxy may know, asked for by somebody for whom that is not enough."""


class AddressGuard:
    """Lets connections go to global addresses on the usual ports, and to the networks it is given on any port."""

    def __init__(self, ports: Iterable[int], networks: Iterable[str] = ()) -> None:
        self._ports = frozenset(ports)
        self._networks = tuple(ipaddress.ip_network(network, strict=False) for network in networks)

    def allows_port(self, port: int) -> bool:
        """Say whether a public address may be asked on this port."""
        return port in self._ports

    def allows(self, address: str, port: int) -> bool:
        """Return whether a connection may be made."""
        try:
            found = _unmapped(ipaddress.ip_address(address.partition("%")[0]))
        except ValueError:
            return False
        if any(found in network for network in self._networks):
            return True
        return self.allows_port(port) and _is_public(found)

    def make_socket(self, addr_info: AddrInfo) -> socket.socket:
        """Make the socket for a connection, or raise `RefusedAddressError`; for aiohttp's `socket_factory`."""
        family, kind, protocol, _, (address, port, *_) = addr_info
        if family not in (socket.AF_INET, socket.AF_INET6) or not self.allows(address, port):
            raise RefusedAddressError
        return socket.socket(family, kind, protocol)


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.sixtofour or (ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None)
        if inner is not None:
            return _is_public(inner)
        if address.is_site_local or address.teredo:
            return False
    # `is_global` calls multicast and the IPv4-compatible ::a.b.c.d global; neither is a place for feeds.
    hidden = address.is_multicast or address.is_reserved or any(address in network for network in _NEVER)
    return address.is_global and not hidden


def _unmapped(address: Address) -> Address:
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address
