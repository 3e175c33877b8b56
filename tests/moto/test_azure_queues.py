"""The storage queue of the sandbox, read by Microsoft's own SDK: with a key, and with a token over TLS."""

import base64
import json
import time

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.storage.queue import QueueClient

from azure_sdk import ACME, NORTHWIND, Directory

CHANGES = 150
FIRST = "sandboxevents1"


def with_key(url, account=None):
    """A client that signs as an account, by default that of the queue. Any key is good."""
    key = base64.b64encode(b"not a key").decode()
    credential = {"account_name": account or url.split("/")[3], "account_key": key}
    return QueueClient.from_queue_url(url, credential=credential, retry_total=0)


@pytest.fixture
def queue(sandboxes):
    """An empty queue."""
    return with_key(sandboxes().azure_env["SANDBOX_AZURE_QUEUE"])


def code(call, *args, **named):
    with pytest.raises(HttpResponseError) as refused:
        call(*args, **named)
    return refused.value.error_code


def received(queue):
    """Takes every message, and deletes it."""
    bodies = []
    while batch := list(next(queue.receive_messages(messages_per_page=32, max_messages=32).by_page(), [])):
        for message in batch:
            bodies.append(json.loads(base64.b64decode(message.content)))
            queue.delete_message(message)
    return bodies


def settled(queue):
    """Waits until nothing more comes."""
    count = -1
    while (now := queue.get_queue_properties().approximate_message_count) != count or now < CHANGES // 8:
        count = now
        time.sleep(0.5)


def test_events_of_changes_come_in_both_schemas(sandboxes):
    server = sandboxes("--churn", f"1000/s,seed=1,changes={CHANGES}")
    first = with_key(server.azure_env["SANDBOX_AZURE_QUEUE"])
    second = with_key(server.azure_env["SANDBOX_AZURE_QUEUE"].replace(FIRST, "sandboxevents2"))
    settled(first)
    grid, cloud = received(first), received(second)
    keys = {"id", "topic", "subject", "data", "eventType", "eventTime", "dataVersion", "metadataVersion"}
    assert grid and all(set(body) == keys for body in grid)
    keys = {"id", "source", "subject", "data", "type", "time", "specversion"}
    assert cloud and all(set(body) == keys for body in cloud)
    for bodies, (tenant, _) in ((grid, NORTHWIND), (cloud, ACME)):
        assert {body["data"]["tenantId"] for body in bodies} == {tenant}
        for body in bodies:
            assert body["subject"].lower() == body["data"]["resourceUri"].lower()
            assert body["data"]["subscriptionId"] in body["data"]["resourceUri"]


def test_messages_are_hidden_come_back_and_have_a_new_receipt(queue):
    sent = queue.send_message("a")
    first = queue.receive_message(visibility_timeout=60)
    assert (first.id, first.content, first.dequeue_count) == (sent.id, "a", 1)
    assert queue.receive_message() is None
    assert queue.get_queue_properties().approximate_message_count == 1
    second = queue.update_message(first, visibility_timeout=0)
    assert second.pop_receipt != first.pop_receipt
    assert code(queue.delete_message, first.id, first.pop_receipt) == "PopReceiptMismatch"
    assert queue.peek_messages()[0].content == "a"
    third = queue.receive_message(visibility_timeout=60)
    assert third.dequeue_count == 2
    changed = queue.update_message(third, visibility_timeout=60, content="b <&>")
    queue.delete_message(changed.id, changed.pop_receipt)
    assert code(queue.delete_message, changed.id, changed.pop_receipt) == "MessageNotFound"
    queue.send_message("c")
    queue.clear_messages()
    assert queue.get_queue_properties().approximate_message_count == 0


def test_bad_requests_are_refused_as_azure_does(queue):
    missing = with_key(queue.url.replace("netcensus-events", "nothing"))
    assert code(missing.receive_message) == "QueueNotFound"
    many = queue.receive_messages(messages_per_page=33)
    assert code(next, iter(many)) == "OutOfRangeQueryParameterValue"
    assert code(queue.receive_message, visibility_timeout=0) == "OutOfRangeQueryParameterValue"
    assert code(queue.send_message, "a" * 70_000) == "RequestBodyTooLarge"
    stranger = with_key(queue.url, account="stranger")
    with pytest.raises(ClientAuthenticationError):
        stranger.receive_message()


def test_tokens_are_good_in_their_own_tenant_only(sandboxes):
    server = sandboxes("--tls")
    url = server.azure_env["SANDBOX_AZURE_QUEUE"]

    def client(url, directory):
        settings = {"credential": directory.credential, "connection_verify": server.env["SSL_CERT_FILE"]}
        return QueueClient.from_queue_url(url, retry_total=0, **settings)

    own, other = Directory(server, *NORTHWIND), Directory(server, *ACME)
    queue = client(url, own)
    queue.send_message("a")
    assert queue.receive_message().content == "a"
    assert code(client(url, other).receive_message) == "AuthorizationFailure"
    queue = client(url.replace(FIRST, "sandboxevents2"), other)
    assert queue.get_queue_properties().approximate_message_count == 0


def test_requests_to_the_queue_meet_faults_too(sandboxes):
    server = sandboxes("--fault", "deny@action=*/process/*,times=1", "--fault", "throttle=1/2@action=*/add/*")
    queue = with_key(server.azure_env["SANDBOX_AZURE_QUEUE"])
    assert code(queue.receive_message) == "AuthorizationPermissionMismatch"
    assert queue.receive_message() is None
    queue.send_message("a")
    queue.send_message("b")
    assert code(queue.send_message, "c") == "ServerBusy"
