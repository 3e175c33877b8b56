"""Finds the holes of 0.0.0.0/0 and the first prefix of a length as a Python script would.

usage: peer_python.py ipaddress|netaddr FILE LENGTH
Prints the seconds, without reading and parsing, the number of holes, and the prefix as JSON. Best fit: the smallest free
block that is large enough, the first of several.
"""

import ipaddress
import json
import sys
import time


def with_ipaddress(prefixes):
    """Yields the first and last address of each hole, and the aligned blocks in it."""
    begin, end = 0, 2**32 - 1
    for prefix in ipaddress.collapse_addresses(prefixes):
        first = int(prefix.network_address)
        if first > begin:
            yield begin, first - 1
        begin = int(prefix.broadcast_address) + 1
    if begin <= end:
        yield begin, end


def blocks(hole):
    return ipaddress.summarize_address_range(*map(ipaddress.IPv4Address, hole))


def answer_ipaddress(prefixes, length):
    holes = list(with_ipaddress(prefixes))
    free = [block for hole in holes for block in blocks(hole) if block.prefixlen <= length]
    best = max(free, key=lambda block: (block.prefixlen, -int(block.network_address)), default=None)
    return len(holes), best and str(next(best.subnets(new_prefix=length)))


def answer_netaddr(prefixes, length):
    import netaddr

    left = netaddr.IPSet(["0.0.0.0/0"]) - netaddr.IPSet(prefixes)
    free = [block for block in left.iter_cidrs() if block.prefixlen <= length]
    best = max(free, key=lambda block: (block.prefixlen, -block.first), default=None)
    return len(list(left.iter_ipranges())), best and str(next(best.subnet(length)))


def main():
    library, path, length = sys.argv[1:]
    if library == "netaddr":
        import netaddr

        parse, answer = netaddr.IPNetwork, answer_netaddr
    else:
        parse, answer = ipaddress.ip_network, answer_ipaddress
    with open(path, encoding="utf-8") as lines:
        prefixes = [parse(line.strip()) for line in lines]
    begun = time.perf_counter()
    holes, first = answer(prefixes, int(length))
    print(json.dumps({"seconds": time.perf_counter() - begun, "holes": holes, "first": first}))


if __name__ == "__main__":
    main()
