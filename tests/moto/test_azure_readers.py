"""The sandbox's Azure, read by Microsoft's own SDKs: what they see is what netcensus says is there."""

from itertools import chain
from pathlib import Path

import pytest
from azure.mgmt.network.models import VirtualNetwork, VirtualNetworkPeeringState

import azure_oracle as oracle
from azure_sdk import ACME, NORTHWIND, Directory, Lists, everything, place, strangers

TENANTS = {"northwind": NORTHWIND, "acme": ACME}
ROOT = Path(__file__).parents[2]
# What `[azure]` in the sample says.
PAGE, GRAPH_PAGE = 3, 20
# Types in the graph, and the lists that hold them.
GRAPH = {
    "microsoft.network/virtualnetworks": "networks",
    "microsoft.network/networkinterfaces": "interfaces",
    "microsoft.network/publicipaddresses": "public_ips",
    "microsoft.network/virtualhubs": "hubs",
    "microsoft.network/privateendpoints": "endpoints",
    "microsoft.compute/virtualmachines": "machines",
    "microsoft.compute/virtualmachinescalesets": "sets",
}


@pytest.fixture(scope="module", params=TENANTS)
def directory(secure, request):
    """Each tenant of the sample."""
    return Directory(secure, *TENANTS[request.param])


@pytest.fixture(scope="module")
def seen(directory):
    """Everything that the tenant's client sees, by subscription."""
    return everything(directory)


@pytest.fixture(scope="module")
def northwind(secure):
    """The first tenant, which has some of everything."""
    return Directory(secure, *NORTHWIND)


def flat(items):
    """Joins lists, those inside something with the others."""
    return chain.from_iterable(items.values()) if isinstance(items, dict) else items


@pytest.mark.parametrize("api", ["arm", "resource-graph"])
def test_the_sdks_see_what_netcensus_says(directory, seen, home, api):
    doc = home.scan("all", *directory.flags(api), env=directory.environment())
    oracle.assert_same(doc, oracle.rows(seen))
    accounts = {item.subscription_id: item.display_name for item in directory.accounts().subscriptions.list()}
    assert {row["id"]: row["name"] for row in doc["accounts"]} == accounts
    assert {row["tenant"] for row in doc["accounts"]} == {directory.tenant}


def test_the_sample_has_some_of_everything(northwind):
    """Or what is compared above would be two empty lists."""
    lists = everything(northwind).values()
    empty = {name for name in next(iter(lists)) if not any(list(flat(one[name])) for one in lists)}
    assert not empty
    modes = {item.orchestration_mode.value for one in lists for item in one["sets"]}
    assert modes == {"Uniform", "Flexible"}
    peerings = [item for one in lists for item in flat(one["peerings"])]
    assert {item.peer_complete_vnets for item in peerings} == {True, False}
    assert VirtualNetworkPeeringState.INITIATED in {item.peering_state for item in peerings}


def test_strangers_are_found():
    subnet = {"name": "s", "properties": {"colour": "blue", "provisioningState": "Succeeded"}}
    network = {"id": "n", "properties": {"subnets": [subnet], "provisioningState": "Done"}}
    assert strangers([VirtualNetwork(network)]) == [
        "[].properties.subnets[].properties.colour",
        "[].properties.provisioningState=Done",
    ]


def test_the_models_know_every_field_and_word(seen):
    """What the sandbox made up, a real client could not read.

    Sizes of machines aside: their enumeration is out of date, and says so itself.
    """
    for lists in seen.values():
        for name, items in lists.items():
            found = [one for one in strangers(list(flat(items))) if ".vmSize=" not in one]
            assert not found, name


def test_a_network_holds_what_the_lists_inside_it_say(seen, directory):
    for account, lists in seen.items():
        networks = directory.network(account).virtual_networks
        for network in lists["networks"]:
            assert networks.get(*place(network)) == network
            for inner, listed in (("subnets", network.subnets), ("peerings", network.virtual_network_peerings)):
                assert [item.as_dict() for item in lists[inner][network.id.lower()]] == [
                    item.as_dict() for item in listed
                ]


def test_power_states_are_listed_for_the_same_machines(seen):
    """By ids whose resource groups are in capitals, which is what Azure makes of them in this list."""
    for lists in seen.values():
        statuses, machines = lists["statuses"], lists["machines"]
        assert {item.id.lower() for item in statuses} == {item.id.lower() for item in machines}
        assert {item.vm_id for item in statuses} == {item.vm_id for item in machines}
        assert all(item.instance_view is None for item in machines)
        assert all(place(item)[0].isupper() for item in statuses)


def test_pages_are_followed_and_are_no_longer_than_they_may_be(northwind):
    longest = dict.fromkeys(Lists(northwind, "").whole, 0)
    for item in northwind.accounts().subscriptions.list():
        for name, call in Lists(northwind, item.subscription_id).whole.items():
            pages = [list(page) for page in call().by_page()]
            assert all(len(page) == PAGE for page in pages[:-1]) and len(pages[-1]) <= PAGE, name
            longest[name] = max(longest[name], len(pages))
    assert {name for name, pages in longest.items() if pages > 1} >= {"interfaces", "machines", "statuses", "skus"}
    subscriptions = list(northwind.accounts().subscriptions.list().by_page())
    assert len(subscriptions) == 2


def test_small_pages_and_large_ones_make_the_same_whole(directory, seen, sandboxes, home):
    sample = "".join((ROOT / "src/sandbox" / name).read_text() for name in ("sample.toml", "sample-azure.toml"))
    small, large = f"\npage_size = {PAGE} ", "\npage_size = 1000 "
    assert sample.count(small) == 1
    estate = home.write("estate.toml", sample.replace(small, large))
    server = sandboxes("--estate", str(estate), "--tls", "--ca-file", str(home.path / "ca.pem"))
    other = Directory(server, directory.tenant, directory.client)
    assert everything(other) == seen
    for account in seen:
        assert len(list(Lists(other, account).whole["skus"]().by_page())) == 1


def test_each_client_sees_its_own_tenant(directory):
    tenants = list(directory.accounts().tenants.list())
    assert [item.tenant_id for item in tenants] == [directory.tenant]
    northwind = {"core-network", "shop-azure", "data-azure", "trial-azure"}
    listed = [item.display_name for item in directory.accounts().subscriptions.list()]
    assert set(listed) == {NORTHWIND[0]: northwind, ACME[0]: {"acme-azure"}}[directory.tenant]
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("api", ["arm", "resource-graph"])
def test_the_embedded_sandbox_is_the_same_one_in_both_tenants(secure, home, api):
    both = {id_: lists for ids in TENANTS.values() for id_, lists in everything(Directory(secure, *ids)).items()}
    doc = home.scan("all", "--sandbox", "--provider", "azure", "--azure-api", api)
    oracle.assert_same(doc, oracle.rows(both))


def test_the_printed_environment_is_the_first_tenants(secure):
    names = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID")
    assert tuple(secure.azure_env[name] for name in names) == NORTHWIND
    assert secure.azure_env["AZURE_CLIENT_SECRET"] == Directory(secure, *NORTHWIND).secret


def test_the_documentation_says_how_to_sign_in():
    text = (ROOT / "docs/sandbox.md").read_text()
    for name, (tenant, client) in TENANTS.items():
        assert f"| {name} | `{tenant}` | `{client}` |" in text


@pytest.mark.parametrize("top", [None, 7])
def test_the_graph_has_the_rows_of_the_lists(directory, seen, top):
    kinds = ", ".join(f"'{kind}'" for kind in GRAPH)
    text = f"resources | where type in~ ({kinds}) | project id, type, subscriptionId, properties | order by id asc"
    answers = directory.query(text, **({"top": top} if top else {}))
    size = min(top or GRAPH_PAGE, GRAPH_PAGE)
    assert all(answer.count == len(answer.data) <= size for answer in answers)
    data = [row for answer in answers for row in answer.data]
    assert {answer.total_records for answer in answers} == {len(data)} and data
    assert len(answers) == -(-len(data) // size)
    ids = [row["id"] for row in data]
    assert ids == sorted(set(ids))
    expected = {
        item.id: (kind, account)
        for account, lists in seen.items()
        for kind, name in GRAPH.items()
        for item in lists[name]
    }
    assert {row["id"]: (row["type"], row["subscriptionId"]) for row in data} == expected


def test_the_graph_says_of_resources_what_the_lists_say(directory, seen):
    """Machines aside, of which it knows more."""
    for kind, name in GRAPH.items():
        text = f"resources | where type =~ '{kind}' | project id, properties | order by id asc"
        rows = {row["id"]: row["properties"] for answer in directory.query(text) for row in answer.data}
        for item in chain.from_iterable(lists[name] for lists in seen.values()):
            own = dict(rows.pop(item.id))
            if name == "machines":
                assert own.pop("extended")["instanceView"]["computerName"] == item.os_profile.computer_name
            assert own == item.as_dict()["properties"]
        assert not rows


def test_the_graph_knows_the_instances_of_uniform_scale_sets(directory, seen):
    kind = "microsoft.compute/virtualmachinescalesets/virtualmachines"
    text = f"computeresources | where type =~ '{kind}' | project id, properties | order by id asc"
    found = {row["id"]: row["properties"] for answer in directory.query(text) for row in answer.data}
    listed = {
        item.id: oracle.power(item.instance_view)
        for lists in seen.values()
        for item in flat(lists["instances"])
        if item.type == "Microsoft.Compute/virtualMachineScaleSets/virtualMachines"
    }
    states = {id_: own["extended"]["instanceView"]["powerState"]["code"] for id_, own in found.items()}
    assert states == {id_: f"PowerState/{state}" for id_, state in listed.items()}


def test_the_graph_lists_the_subscriptions(directory):
    text = "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | order by subscriptionId asc"
    data = [row for answer in directory.query(text) for row in answer.data]
    listed = {item.subscription_id: item for item in directory.accounts().subscriptions.list()}
    assert {row["subscriptionId"]: row["name"] for row in data} == {
        id_: item.display_name for id_, item in listed.items()
    }
    assert {row["subscriptionId"]: row["properties"]["state"] for row in data} == {
        id_: item.state for id_, item in listed.items()
    }
