"""Counts the prefixes in collision as a Python script would: sorted, a stack of those around, sets of owners.

usage: peer_python.py ipaddress|netaddr|pytricia FILE
The file has `PREFIX OWNER` on each line. Prints the seconds, without reading and parsing, and the count as JSON.
pytricia keeps the prefixes in a tree of its own, written in C, in place of sorting.
"""

import collections
import ipaddress
import json
import sys
import time


def with_ipaddress(owners):
    def inside(inner, outer):
        return inner.version == outer.version and inner.subnet_of(outer)

    return nesting(sorted(owners, key=ipaddress.get_mixed_type_key), inside)


def with_netaddr(owners):
    return nesting(sorted(owners), lambda inner, outer: inner in outer)


def nesting(networks, inside):
    """Yields each network with those around it."""
    stack = []
    for network in networks:
        while stack and not inside(network, stack[-1]):
            stack.pop()
        yield network, stack
        stack.append(network)


def with_pytricia(owners):
    import pytricia

    trees = {4: pytricia.PyTricia(32), 6: pytricia.PyTricia(128)}
    for prefix in owners:
        trees[6 if ":" in prefix else 4].insert(prefix, True)
    for tree in trees.values():
        for prefix in tree:
            around = []
            outer = tree.parent(prefix)
            while outer is not None:
                around.append(outer)
                outer = tree.parent(outer)
            yield prefix, around


def count(held, nestings):
    owners = collections.defaultdict(set)
    for prefix, owner in held:
        owners[prefix].add(owner)
    touching = {prefix: set(holders) for prefix, holders in owners.items()}
    for prefix, around in nestings(owners):
        for outer in around:
            touching[outer] |= owners[prefix]
            touching[prefix] |= owners[outer]
    return sum(1 for prefix, _ in held if len(touching[prefix]) > 1)


def main():
    library, path = sys.argv[1:]
    parse = str
    if library == "ipaddress":
        parse = ipaddress.ip_network
    elif library == "netaddr":
        import netaddr

        parse = netaddr.IPNetwork
    with open(path, encoding="utf-8") as lines:
        held = [(parse(prefix), owner) for prefix, owner in map(str.split, lines)]
    nestings = {"ipaddress": with_ipaddress, "netaddr": with_netaddr, "pytricia": with_pytricia}[library]
    begun = time.perf_counter()
    members = count(held, nestings)
    print(json.dumps({"seconds": time.perf_counter() - begun, "members": members}))


main()
