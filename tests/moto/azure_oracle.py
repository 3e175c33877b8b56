"""What Microsoft's SDKs say is there, in rows that an inventory can be compared with.

Written without a look at how netcensus does it: a second opinion, not a copy. Ids are compared in small letters,
since Azure itself does not always write them alike:
https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
"""

from collections import Counter
from datetime import datetime
from ipaddress import ip_address, ip_network

KINDS = ("networks", "subnets", "instances", "interfaces", "links")
# The first four addresses of a subnet, and its last one:
# https://learn.microsoft.com/azure/virtual-network/virtual-networks-faq
RESERVED = 5
# Services put machines of their own into these, which no list of the customer's shows:
# https://learn.microsoft.com/azure/virtual-network/virtual-network-for-azure-services
SERVICES = {"gatewaysubnet": "gateway", "azurefirewallsubnet": "firewall", "azurebastionsubnet": "bastion"}
# What the SKU list calls architectures, and what AWS does.
ARCHITECTURES = {"x64": "x86_64", "Arm64": "arm64"}


def low(text):
    """Writes an id in small letters."""
    return text and text.lower()


def reference(value):
    """Reads the id that a reference holds."""
    return low(value.id) if value else None


def networks_of(prefixes):
    """Reads prefixes."""
    return {ip_network(prefix) for prefix in prefixes or ()}


def account_of(id_):
    """Reads the subscription that an id names."""
    return id_.split("/")[2]


class Subscription:
    """The lists of one subscription (see azure_sdk.Lists), turned into rows."""

    def __init__(self, account, lists):
        self.account, self.lists = account, lists
        everywhere = [*lists["public_ips"], *self.inside("set_public_ips")]
        self.public = {low(item.id): item.ip_address for item in everywhere}
        self.interfaces = {low(item.id): item for item in [*lists["interfaces"], *self.inside("set_interfaces")]}
        self.sizes = {
            (sku.name.lower(), place.lower()): {entry.name: entry.value for entry in sku.capabilities}
            for sku in lists["skus"]
            if sku.resource_type == "virtualMachines"
            for place in sku.locations
        }

    def inside(self, name):
        """Joins the lists of a name that stand inside of something."""
        return [item for items in self.lists[name].values() for item in items]

    def rows(self):
        """Makes the rows of all kinds."""
        return {
            "networks": self.networks(),
            "subnets": self.subnets(),
            "instances": self.instances(),
            "interfaces": self.nics(),
            "links": self.links(),
        }

    def networks(self):
        """Virtual networks and virtual hubs."""
        vnets = {
            low(item.id): self.network(item, "vnet", item.address_space.address_prefixes)
            for item in self.lists["networks"]
        }
        hubs = {
            low(item.id): self.network(item, "virtual-hub", [item.address_prefix]) for item in self.lists["hubs"]
        }
        return vnets | hubs

    def network(self, item, kind, prefixes):
        return {
            "account": self.account,
            "region": item.location,
            "name": item.name,
            "kind": kind,
            "cidrs": networks_of(prefixes),
            "state": item.provisioning_state.value,
            "tags": item.tags or {},
        }

    def subnets(self):
        """Subnets, from the list of their own; the network's holds the same."""
        regions = {low(item.id): item.location for item in self.lists["networks"]}
        return {
            low(item.id): {
                "account": self.account,
                "region": regions[network],
                "name": item.name,
                "network": network,
                "prefixes": prefixes_of(item),
                "total": total(prefixes_of(item)),
                "available": available(item),
                "purpose": purpose(item),
                "state": item.provisioning_state.value,
            }
            for network, items in self.lists["subnets"].items()
            for item in items
        }

    def instances(self):
        """Virtual machines, and the instances of uniform scale sets. Those of flexible ones are machines."""
        states = {item.vm_id: power(item.instance_view) for item in self.lists["statuses"]}
        found = {}
        for item in self.lists["machines"]:
            size, set_ = item.hardware_profile.vm_size, item.virtual_machine_scale_set
            found[low(item.id)] = self.instance(item, size, states[item.vm_id], set_ and set_.id.split("/")[-1])
        for set_ in self.lists["sets"]:
            for item in self.lists["instances"][low(set_.id)]:
                if low(item.id) not in found:
                    state = power(item.instance_view)
                    found[low(item.id)] = self.instance(item, item.sku.name, state, set_.name)
        return found

    def instance(self, item, size, state, set_name):
        attached = [reference(one) for one in item.network_profile.network_interfaces]
        nics = [self.interfaces[id_] for id_ in attached]
        configurations = [one for nic in nics for one in nic.ip_configurations]
        main = next(nic for nic in nics if nic.primary)
        subnet = reference(main.ip_configurations[0].subnet)
        capabilities = self.sizes.get((size.lower(), item.location.lower()), {})
        # A constrained size has fewer processors than its name says:
        # https://learn.microsoft.com/azure/virtual-machines/constrained-vcpu
        vcpus = capabilities.get("vCPUsAvailable") or capabilities.get("vCPUs")
        return {
            "account": self.account,
            "region": item.location,
            "zone": item.zones[0] if item.zones else None,
            "name": item.name,
            "type": size,
            "vcpus": int(vcpus) if vcpus else None,
            "architecture": ARCHITECTURES.get(capabilities.get("CpuArchitectureType")),
            "state": state,
            "made": item.time_created,
            "private": {ip_address(address) for address in addresses(configurations)},
            "delegated": {ip_network(block) for block in blocks(configurations)},
            "public": self.public_of(configurations),
            "network": subnet.rpartition("/subnets/")[0],
            "subnet": subnet,
            "os": str(item.storage_profile.os_disk.os_type.value),
            "scale_set": set_name,
            "tags": item.tags or {},
        }

    def public_of(self, configurations):
        ids = (reference(one.public_ip_address) for one in configurations)
        return {ip_address(self.public[id_]) for id_ in ids if id_}

    def nics(self):
        """Interfaces; those of a scale set's instances are where the scale set is."""
        places = {low(item.id): item.location for item in self.lists["sets"]}
        owned = {
            low(item.id): places[set_] for set_, items in self.lists["set_interfaces"].items() for item in items
        }
        return {id_: self.nic(item, item.location or owned[id_]) for id_, item in self.interfaces.items()}

    def nic(self, item, region):
        configurations = sorted(item.ip_configurations, key=lambda one: not one.primary)
        subnet = reference(configurations[0].subnet)
        return {
            "account": self.account,
            "region": region,
            "network": subnet.rpartition("/subnets/")[0],
            "subnet": subnet,
            "kind": holder(item),
            "attached_to": reference(item.virtual_machine) or reference(item.private_endpoint),
            "first": ip_address(configurations[0].private_ip_address),
            "private": {ip_address(address) for address in addresses(configurations)},
            "delegated": {ip_network(block) for block in blocks(configurations)},
            "public": self.public_of(configurations),
            "mac": item.mac_address.lower().replace("-", ":"),
            "state": item.provisioning_state.value,
        }

    def links(self):
        """Peerings as each network has them, and the connections of virtual hubs."""
        found = {}
        for network in self.lists["networks"]:
            for item in self.lists["peerings"][low(network.id)]:
                found[low(item.id)] = self.peering(network, item)
        for hub in self.lists["hubs"]:
            for item in self.lists["connections"][low(hub.id)]:
                # Which prefixes of the network are reached, the connection does not say.
                ends = {end(reference(item.remote_virtual_network), ()), end(low(hub.id), [hub.address_prefix])}
                state = item.provisioning_state.value
                found[low(item.id)] = {"kind": "virtual-hub", "state": state, "ends": ends}
        return found

    def peering(self, network, item):
        # A peering of some subnets only says which prefixes it is about:
        # https://learn.microsoft.com/azure/virtual-network/how-to-configure-subnet-peering
        near = item.local_address_space if item.peer_complete_vnets is False else network.address_space
        ends = {
            end(low(network.id), near.address_prefixes),
            end(reference(item.remote_virtual_network), item.remote_address_space.address_prefixes),
        }
        return {"kind": "vnet-peering", "state": item.peering_state.value, "ends": ends}


def end(network, prefixes):
    """Makes an end of a link."""
    return account_of(network), network, frozenset(networks_of(prefixes))


def holder(nic):
    """Tells what an interface belongs to."""
    if nic.virtual_machine:
        return "instance"
    return "private-endpoint" if nic.private_endpoint else "unattached"


def prefixes_of(subnet):
    """Reads a subnet's prefixes: one field holds one, the other any number."""
    one = [subnet.address_prefix] if subnet.address_prefix else []
    return networks_of([*one, *(subnet.address_prefixes or ())])


def total(prefixes):
    """Counts the IPv4 addresses that are not Azure's own."""
    return sum(prefix.num_addresses - RESERVED for prefix in prefixes if prefix.version == 4)


def available(subnet):
    """Counts the IPv4 addresses that nothing holds; None where the subnet does not say what holds them."""
    prefixes = prefixes_of(subnet)
    # A configuration may hold an IPv4 or an IPv6 address, and its id does not tell.
    if purpose(subnet) or any(prefix.version == 6 for prefix in prefixes):
        return None
    return total(prefixes) - len(subnet.ip_configurations or ())


def purpose(subnet):
    """Tells what a subnet is set aside for."""
    if subnet.delegations:
        return subnet.delegations[0].service_name
    return SERVICES.get(subnet.name.lower())


def power(view):
    """Reads a power state; None where Azure does not know it."""
    codes = [status.code.partition("/") for status in view.statuses]
    return next((name for kind, _, name in codes if kind == "PowerState"), None)


def rows(subscriptions):
    """Joins the rows of `{subscription: lists}`."""
    found = {kind: {} for kind in KINDS}
    for account, lists in subscriptions.items():
        for kind, table in Subscription(account, lists).rows().items():
            assert not found[kind].keys() & table.keys(), f"{kind} of several subscriptions"
            found[kind].update(table)
    return found


def addresses(configurations):
    return [one.private_ip_address for one in configurations if "/" not in one.private_ip_address]


def blocks(configurations):
    return [one.private_ip_address for one in configurations if "/" in one.private_ip_address]


def said(doc):
    """Turns an inventory into the same rows, and fails when one is there twice."""
    tables = {
        "networks": lambda row: {
            "cidrs": {ip_network(block["cidr"]) for block in row["blocks"]},
            **fields(row, "account", "region", "name", "kind", "state", "tags"),
        },
        "subnets": lambda row: {
            "network": low(row["network"]),
            "prefixes": networks_of(row["prefixes"]),
            "total": row["addresses_total"],
            "available": row["addresses_available"],
            **fields(row, "account", "region", "name", "purpose", "state"),
        },
        "instances": lambda row: {
            "made": datetime.fromisoformat(row["launched_at"]),
            "private": set(map(ip_address, row["private_ips"])),
            "delegated": set(map(ip_network, row["private_prefixes"])),
            "public": set(map(ip_address, row["public_ips"])),
            "network": low(row["network"]),
            "subnet": low(row["subnet"]),
            **fields(row, "account", "region", "zone", "name", "type", "vcpus", "architecture", "state", "os"),
            **fields(row, "scale_set", "tags"),
        },
        "interfaces": lambda row: {
            "network": low(row["network"]),
            "subnet": low(row["subnet"]),
            "attached_to": low(row["attached_to"]),
            "first": ip_address(row["private_ips"][0]),
            "private": set(map(ip_address, row["private_ips"])),
            "delegated": set(map(ip_network, row["private_prefixes"])),
            "public": set(map(ip_address, row["public_ips"])),
            **fields(row, "account", "region", "kind", "mac", "state"),
        },
        "links": lambda row: {
            "ends": {(one["account"], low(one["network"]), prefixes_said(one)) for one in row["ends"]},
            **fields(row, "kind", "state"),
        },
    }
    for kind in KINDS:
        twice = [id_ for id_, times in Counter(low(row["id"]) for row in doc[kind]).items() if times > 1]
        assert not twice, f"{kind} twice: {twice}"
    return {kind: {low(row["id"]): table(row) for row in doc[kind]} for kind, table in tables.items()}


def fields(row, *names):
    """Takes some fields of a row."""
    return {name: row[name] for name in names}


def prefixes_said(one):
    """Reads the prefixes at one end of a link."""
    return frozenset(networks_of(one["prefixes"]))


def assert_same(doc, theirs):
    """Fails unless the inventory says what the SDKs say, no more and no less."""
    ours = said(doc)
    for kind in KINDS:
        missing = theirs[kind].keys() - ours[kind].keys()
        surplus = ours[kind].keys() - theirs[kind].keys()
        assert not missing and not surplus, f"{kind}: missing {sorted(missing)}, surplus {sorted(surplus)}"
        for key, row in theirs[kind].items():
            differing = {
                name: f"netcensus says {ours[kind][key][name]}, they say {value}"
                for name, value in row.items()
                if ours[kind][key][name] != value
            }
            assert not differing, f"{kind} {key}: {differing}"
