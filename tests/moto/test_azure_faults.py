"""Faults of the sandbox's Azure, as Microsoft's SDKs understand them, and what netcensus makes of them."""

import socket
import time

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError
from azure.mgmt.resourcegraph.models import QueryRequest

from azure_sdk import ACME, NORTHWIND, SCOPE, Directory, Fixed, Lists
from netcensus import incomplete

CORE, SHOP = "c0de0001-3f5a-4d21-9b7e-000000000001", "c0de0002-3f5a-4d21-9b7e-000000000002"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
NETWORKS = "Microsoft.Network/virtualNetworks/read"
TYPES = QueryRequest(query="resources | project id, type")
# Once: to be told of a refusal is what is wanted.
ONCE = {"retry_total": 0}


@pytest.fixture
def faulty(sandboxes, home):
    """Starts sandboxes with faults, and signs in to their first tenant."""

    def make(*faults):
        flags = [word for fault in faults for word in ("--fault", fault)]
        server = sandboxes("--tls", "--ca-file", str(home.path / "ca.pem"), *flags)
        return Directory(server, *NORTHWIND)

    return make


@pytest.fixture(scope="module")
def healthy(secure):
    """The first tenant without faults."""
    return Directory(secure, *NORTHWIND)


def refusal(call, kind=HttpResponseError):
    """Returns what a call is refused with: code, HTTP status and the answer's headers."""
    with pytest.raises(kind) as raised:
        call()
    error = raised.value
    assert error.error, f"not an error of the resource manager: {error}"
    return error.error.code, error.status_code, error.response.headers


def refused(call, kind=HttpResponseError):
    """Returns code and HTTP status of what a call is refused with."""
    return refusal(call, kind)[:2]


def networks(directory, subscription, **named):
    """Makes the call that lists the networks of a subscription."""
    return lambda: list(directory.network(subscription, **named).virtual_networks.list_all())


def calls(directory, **named):
    """One call to each service: the resource manager twice, and Resource Graph."""
    return {
        "network": networks(directory, CORE, **named),
        "compute": lambda: list(directory.compute(CORE, **named).virtual_machines.list_all()),
        "accounts": lambda: list(directory.accounts(**named).subscriptions.list()),
        "graph": lambda: directory.graph(**named).resources(TYPES),
    }


def test_denied(faulty, home):
    directory = faulty(f"deny@account={SHOP},action={NETWORKS}", "deny@action=Microsoft.ResourceGraph/*")
    assert refused(networks(directory, SHOP)) == ("AuthorizationFailed", 403)
    assert refused(calls(directory)["graph"]) == ("AuthorizationFailed", 403)
    assert networks(directory, CORE)()
    doc = home.scan("networks", *directory.flags("arm"), env=directory.environment(), code=3)
    # The list of networks is where subnets are, too.
    holes = {(row["account"], row["kind"]): row["outcome"] for row in incomplete(doc)}
    assert holes == {(SHOP, "networks"): "denied", (SHOP, "subnets"): "denied"}
    read = {row["account"] for row in doc["networks"]}
    assert CORE in read and SHOP not in read


@pytest.mark.parametrize("kind", ["network", "compute", "accounts", "graph"])
@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        ("error=InternalServerError:500", "InternalServerError", 500),
        ("expired", "ExpiredAuthenticationToken", 401),
    ],
)
def test_every_service_words_errors_so_that_the_sdks_read_them(faulty, kind, fault, code, status):
    call = calls(faulty(f"{fault}@action=Microsoft.*"), **ONCE)[kind]
    assert refused(call) == (code, status)


def test_what_is_not_there(healthy):
    for call in Lists(healthy, UNKNOWN).whole.values():
        found = refused(lambda call=call: list(call()), ResourceNotFoundError)
        assert found == ("SubscriptionNotFound", 404)
    compute = healthy.compute(SHOP).virtual_machine_scale_set_vms
    found = refused(lambda: list(compute.list("Shop-Prod", "nothing")), ResourceNotFoundError)
    assert found == ("ResourceNotFound", 404)


def test_tokens_that_are_not_good(healthy, secure):
    for kind, call in calls(healthy, credential=Fixed("made up")).items():
        code, status, headers = refusal(call, ClientAuthenticationError)
        assert (code, status) == ("InvalidAuthenticationToken", 401), kind
        assert 'error="invalid_token"' in headers["WWW-Authenticate"]
    others = networks(Directory(secure, *ACME), CORE)
    assert refused(others, ClientAuthenticationError) == ("InvalidAuthenticationTokenTenant", 401)


@pytest.mark.parametrize("kind", ["network", "compute", "accounts", "graph"])
def test_the_sdks_wait_as_long_as_they_are_asked_to(faulty, kind):
    begun = time.monotonic()
    assert calls(faulty("retry-after=1s@action=Microsoft.*,times=2"))[kind]()
    assert 2 <= time.monotonic() - begun < 20


def test_a_throttled_answer_says_how_long_to_wait(faulty):
    directory = faulty("retry-after=7s@action=Microsoft.*")
    words = {"graph": "RateLimiting"}
    for kind, call in calls(directory, **ONCE).items():
        code, status, headers = refusal(call)
        assert (code, status) == (words.get(kind, "TooManyRequests"), 429)
        assert headers["Retry-After"] == "7"
    assert headers["x-ms-user-quota-resets-after"] == "00:00:07"


def test_netcensus_gets_through_a_throttle_as_the_sdks_do(faulty, home):
    directory = faulty(f"retry-after=1s@action={NETWORKS},times=2")
    doc = home.scan("networks", *directory.flags("arm"), env=directory.environment())
    listed = {item.id for account in (CORE, SHOP) for item in networks(directory, account)()}
    assert {
        row["id"] for row in doc["networks"] if row["account"] in (CORE, SHOP) and row["kind"] == "vnet"
    } == listed


def test_a_wrong_secret(secure, home):
    directory = Directory(secure, *NORTHWIND, secret="guess")
    with pytest.raises(ClientAuthenticationError) as raised:
        directory.credential.get_token(SCOPE)
    assert "AADSTS7000215" in raised.value.message
    with pytest.raises(ClientAuthenticationError):
        networks(directory, CORE)()
    for api in ("arm", "resource-graph"):
        result = home.run("scan", *directory.flags(api), env=directory.environment()).expect(2)
        assert "AADSTS7000215" in result.err and "guess" not in result.err


def test_a_client_of_another_tenant(secure):
    with pytest.raises(ClientAuthenticationError, match="AADSTS700016"):
        Directory(secure, NORTHWIND[0], ACME[1]).credential.get_token(SCOPE)


def test_a_tenant_that_is_not_there(secure):
    """The SDK asks for its endpoints first, and is refused these."""
    with pytest.raises(ClientAuthenticationError, match="Unable to get authority configuration"):
        Directory(secure, UNKNOWN, NORTHWIND[1]).credential.get_token(SCOPE)


@pytest.mark.parametrize("query", ["resources | where", "unicorns | project id"])
def test_a_query_that_is_not_understood(healthy, query):
    with pytest.raises(HttpResponseError) as raised:
        healthy.graph().resources(QueryRequest(query=query))
    error = raised.value.error
    assert (error.code, raised.value.status_code) == ("BadRequest", 400)
    assert [detail.code for detail in error.details] == ["InvalidQuery"]


def test_a_link_to_another_host_is_not_followed(faulty, home):
    """Not even a connection is made: a token would go with the request."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.setblocking(False)
        place = f"127.0.0.1:{other.getsockname()[1]}"
        directory = faulty(f"astray=https://{place}@action={NETWORKS}")
        result = home.run("scan", "networks", *directory.flags("arm"), "-o", "json", env=directory.environment())
        result.expect(3)
        with pytest.raises(BlockingIOError):
            other.accept()
    assert {row["outcome"] for row in incomplete(result.doc)} == {"failed"}
    assert place in result.err
