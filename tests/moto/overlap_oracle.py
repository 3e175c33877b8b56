"""Who collides with whom, worked out pair by pair with the standard library, from an inventory document."""

from collections import defaultdict
from ipaddress import ip_network

COUNTING = (None, "associating", "associated", "disassociating")
NOT_JOINED = {
    "initiating-request", "initiatingrequest", "initiating", "initiated", "pending-acceptance",
    "pendingacceptance", "rollingback", "rejecting", "rejected", "expired", "failing", "failed", "deleted",
    "detached", "disconnected",
}  # fmt: skip
DEFAULT, CARRIER = ip_network("172.31.0.0/16"), ip_network("100.64.0.0/10")


def overlaps(one, other):
    """Tells whether two prefixes share an address."""
    return one.version == other.version and one.overlaps(other)


class Groups:
    """What is joined with what, by links that reach whole networks."""

    def __init__(self):
        self.neighbours = defaultdict(set)

    def join(self, one, other):
        self.neighbours[one].add(other)
        self.neighbours[other].add(one)

    def around(self, start):
        """Everything that a path of links leads to."""
        seen, todo = {start}, [start]
        while todo:
            for other in self.neighbours[todo.pop()] - seen:
                seen.add(other)
                todo.append(other)
        return seen


def groups(doc):
    """Reads the links; partial peerings of Azure are left out by the estates that this is used with."""
    joined = Groups()
    for link in doc["links"]:
        if (link["state"] or "").lower() in NOT_JOINED and link["kind"] != "virtual-hub":
            continue
        ends = [(link["provider"], end["network"].lower()) for end in link["ends"] if end["network"]]
        for one, other in zip(ends, ends[1:]):
            joined.join(one, other)
    return joined


def shared(network, block):
    """Names the space that is in use many times by design."""
    prefix = ip_network(block["cidr"])
    if prefix.version == 4 and network["is_default"] and prefix.subnet_of(DEFAULT):
        return "default"
    if prefix.version == 4 and block["role"] == "secondary" and prefix.subnet_of(CARRIER):
        return "carrier"
    return None


def holders(doc):
    """Lists every block that counts: the network, its prefix, and whether it is shared by design."""
    for network in doc["networks"]:
        for block in network["blocks"]:
            if block["state"] in COUNTING:
                yield network, ip_network(block["cidr"]), shared(network, block)


def classes(doc):
    """Returns for each class the members of its collisions: (account, id, prefix)."""
    joined, found, held = groups(doc), defaultdict(set), list(holders(doc))
    reach = {}
    for network in doc["networks"]:
        key = (network["provider"], network["id"].lower())
        reach[key] = joined.around(key)
    for at, (one, prefix, by_design) in enumerate(held):
        for other, other_prefix, other_by_design in held[at + 1 :]:
            if one["id"] == other["id"] or not overlaps(prefix, other_prefix):
                continue
            both = by_design if by_design == other_by_design else None
            together = (other["provider"], other["id"].lower()) in reach[(one["provider"], one["id"].lower())]
            names = set()
            if both:
                names.add("default-network")
            if together and both != "carrier":
                names.add("connected")
            if not together and not both:
                names.add("latent")
            for name in names:
                found[name] |= {
                    (one["account"], one["id"], str(prefix)),
                    (other["account"], other["id"], str(other_prefix)),
                }
    return dict(found)
