"""Estates that the sample is not, read by Microsoft's SDKs and by netcensus."""

import pytest

import azure_oracle as oracle
from azure_sdk import Directory, everything
from netcensus import incomplete

SEEN, OTHER = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"
STATES = ("running", "starting", "stopping", "stopped", "deallocated", "deallocating", "unknown")
MACHINE = """
[[azure.machine]]
name = "is-{state}"
in = ["one/u"]
size = "Standard_B2s"
state = "{state}"
"""
# Every power state, machines with two legs, a scale set of Arm machines and an empty one, a hub that nothing is
# connected to, a subnet that is too small for more.
ESTATE = """
[[azure.tenant]]
name = "t"
id = "11111111-2222-4333-8444-555555555555"
[[azure.subscription]]
name = "a"
id = "aaaaaaaa-0000-4000-8000-000000000001"
tenant = "t"
group = "MiXed"
[[azure.subscription]]
name = "b"
id = "aaaaaaaa-0000-4000-8000-000000000002"
tenant = "t"
[[azure.network]]
name = "one"
subscription = "a"
location = "westeurope"
cidrs = ["10.0.0.0/16", "10.9.0.0/24", "fd00:1::/48"]
subnets = [
    { name = "s", cidr = "10.0.0.0/29" },
    { name = "t", prefixes = ["10.0.1.0/24", "10.9.0.0/25"] },
    { name = "dual", prefixes = ["10.0.2.0/24", "fd00:1::/64"] },
    { name = "u", cidr = "10.0.3.0/24" },
]
[[azure.network]]
name = "two"
subscription = "b"
location = "swedencentral"
cidrs = ["10.1.0.0/16"]
subnets = [{ name = "s", cidr = "10.1.0.0/24" }]
[[azure.peering]]
from = "one"
to = "two"
subnets = ["t", "u"]
remote_subnets = ["s"]
[[azure.hub]]
name = "lonely"
subscription = "b"
location = "swedencentral"
prefix = "10.200.0.0/24"
[[azure.scale_set]]
name = "arm"
in = "two/s"
capacity = 5
size = "Standard_D4ps_v5"
[[azure.scale_set]]
name = "none"
in = "one/u"
capacity = 0
size = "Standard_D2s_v5"
[[azure.machine]]
name = "legs"
in = ["one/dual", "one/t"]
count = 4
public = true
size = "Standard_E8-4ds_v5"
"""


# What Azure calls the states of a subscription:
# https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states
SUBSCRIPTION = """
[[azure.subscription]]
name = "{state}"
id = "aaaaaaaa-0000-4000-8000-00000000001{number}"
tenant = "t"
state = "{state}"
"""


@pytest.fixture
def directory(sandboxes, home):
    """Serves an estate over TLS and signs in to its first tenant."""

    def make(*served):
        server = sandboxes(*served, "--tls", "--ca-file", str(home.path / "ca.pem"))
        return Directory(server, server.azure_env["AZURE_TENANT_ID"], server.azure_env["AZURE_CLIENT_ID"])

    return make


@pytest.mark.parametrize("api", ["arm", "resource-graph"])
def test_an_estate_of_ones_own(directory, home, api):
    estate = ESTATE + "".join(MACHINE.format(state=state) for state in STATES)
    there = directory("--estate", str(home.write("estate.toml", estate)))
    rows = oracle.rows(everything(there))
    states = {row["state"] for row in rows["instances"].values()}
    assert states == {None, *STATES} - {"unknown"} and len(rows["instances"]) == 5 + 4 + len(STATES)
    oracle.assert_same(home.scan("all", *there.flags(api), env=there.environment()), rows)


@pytest.mark.parametrize("api", ["arm", "resource-graph"])
def test_a_generated_estate(directory, home, api):
    """Large enough for pages of Azure's own length."""
    there = directory("--generate", "accounts=1,subscriptions=7,networks=2,subnets=3,vms=120")
    rows = oracle.rows(everything(there))
    assert (len(rows["networks"]), len(rows["subnets"]), len(rows["instances"])) == (14, 42, 840)
    oracle.assert_same(home.scan("all", *there.flags(api), env=there.environment()), rows)


def test_what_the_graph_leaves_out_is_not_empty(directory, home):
    """Without rights the graph has no rows and no error; the list of subscriptions tells."""
    hidden = ESTATE.replace('name = "b"', 'name = "b"\nhidden_from_graph = true')
    there = directory("--estate", str(home.write("estate.toml", hidden)))
    rows = [row for answer in there.query("resources | project id, subscriptionId") for row in answer.data]
    assert {row["subscriptionId"] for row in rows} == {SEEN}
    seen = everything(there)
    assert seen.keys() == {SEEN, OTHER}
    doc = home.scan("all", *there.flags("resource-graph"), env=there.environment(), code=3)
    assert {(row["account"], row["outcome"]) for row in incomplete(doc)} == {(OTHER, "failed")}
    assert {row["kind"] for row in incomplete(doc)} == set(oracle.KINDS)
    oracle.assert_same(doc, oracle.rows({SEEN: seen[SEEN]}))


def test_states_of_subscriptions(directory, home):
    states = ("Enabled", "Warned", "PastDue", "Disabled")
    more = "".join(SUBSCRIPTION.format(state=state, number=number) for number, state in enumerate(states))
    there = directory("--estate", str(home.write("estate.toml", ESTATE + more)))
    listed = {item.display_name: item.state for item in there.accounts().subscriptions.list()}
    assert listed == {"a": "Enabled", "b": "Enabled", **{state: state for state in states}}
    text = "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | order by id asc"
    graph = {row["name"]: row["properties"]["state"] for answer in there.query(text) for row in answer.data}
    assert graph == listed
