"""The queue of the sandbox, read by boto3: SQS as its own client knows it, and the events of an estate that changes."""

import json
import uuid

import pytest
from botocore.exceptions import ClientError

from netcensus import Home
from servers import Sandbox, client

ALL = ["All"]
CHANGES = 120


@pytest.fixture(scope="module")
def living(tmp_path_factory):
    """A sandbox whose estate changed some times, and no longer does."""
    server = Sandbox(Home(tmp_path_factory.mktemp("living")), "--churn", f"1000/s,seed=1,changes={CHANGES}")
    yield server
    server.stop()


def sqs(server):
    return client(
        server.url,
        "sqs",
        server.env["AWS_ACCESS_KEY_ID"],
        server.env["AWS_SECRET_ACCESS_KEY"],
        region=server.env["AWS_REGION"],
    )


def code(call, *args, **named):
    with pytest.raises(ClientError) as refused:
        call(*args, **named)
    return refused.value.response["Error"]["Code"]


@pytest.fixture
def queue(sandboxes):
    """An empty queue: its client, and its URL."""
    server = sandboxes()
    return sqs(server), server.env["SANDBOX_AWS_QUEUE"]


def test_events_of_changes_come_and_describe_what_is_there(living):
    queue, url = sqs(living), living.env["SANDBOX_AWS_QUEUE"]
    bodies, empty = [], 0
    # A call that is waiting may end without a message shortly before the last ones come.
    while empty < 2:
        answer = queue.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageSystemAttributeNames=ALL
        )
        messages = answer.get("Messages", [])
        empty = 0 if messages else empty + 1
        for message in messages:
            assert message["Attributes"]["ApproximateReceiveCount"] == "1"
            assert int(message["Attributes"]["SentTimestamp"]) > 1_700_000_000_000
            bodies.append(json.loads(message["Body"]))
        if messages:
            entries = [{"Id": m["MessageId"], "ReceiptHandle": m["ReceiptHandle"]} for m in messages]
            deleted = queue.delete_message_batch(QueueUrl=url, Entries=entries)
            assert len(deleted["Successful"]) == len(entries) and not deleted.get("Failed")
    # The rest of the changes were made in Azure.
    assert len(bodies) >= CHANGES // 3
    assert len({body["id"] for body in bodies}) == len(bodies)
    keys = {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}
    assert all(set(body) == keys for body in bodies)
    profiles = {profile["aws_access_key_id"][8:]: name for name, profile in living.profiles().items()}
    calls = [body for body in bodies if body["detail-type"] == "AWS API Call via CloudTrail"]
    done = [body for body in calls if "errorCode" not in body["detail"]]
    assert len(done) < len(calls)
    launched = [body for body in done if body["detail"]["eventName"] == "RunInstances"]
    assert launched
    for body in launched:
        ec2 = living.client("ec2", profiles[body["account"]], body["region"])
        wanted = {item["instanceId"] for item in body["detail"]["responseElements"]["instancesSet"]["items"]}
        found = ec2.describe_instances(InstanceIds=sorted(wanted))["Reservations"]
        assert {one["InstanceId"] for some in found for one in some["Instances"]} == wanted


def test_the_same_seed_makes_the_same_changes(sandboxes):
    def kinds(server):
        queue, url = sqs(server), server.env["SANDBOX_AWS_QUEUE"]
        messages = []
        # Of 60 changes, about half are in AWS.
        while len(messages) < 20:
            answer = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=5)
            messages += answer["Messages"]
        bodies = [json.loads(message["Body"]) for message in messages[:20]]
        return [(body["id"], body["account"], body["region"], body["detail-type"]) for body in bodies]

    one, same, other = (
        kinds(sandboxes("--churn", f"1000/s,seed={seed},changes=60")) for seed in (4, 4, 5)
    )
    assert one == same and one != other


def test_messages_are_hidden_come_back_and_have_a_new_receipt(queue):
    sqs, url = queue
    assert sqs.get_queue_url(QueueName="netcensus-events")["QueueUrl"] == url
    sent = sqs.send_message(QueueUrl=url, MessageBody="a")["MessageId"]
    assert str(uuid.UUID(sent)) == sent
    first = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"][0]
    assert (first["Body"], first["MessageId"]) == ("a", sent)
    again = sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["ApproximateReceiveCount"])
    second = again["Messages"][0]
    assert second["Attributes"] == {"ApproximateReceiveCount": "2"}
    assert second["ReceiptHandle"] != first["ReceiptHandle"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=ALL)["Attributes"]
    assert (counts["ApproximateNumberOfMessages"], counts["ApproximateNumberOfMessagesNotVisible"]) == ("0", "1")
    # A stale receipt deletes nothing.
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=second["ReceiptHandle"], VisibilityTimeout=0)
    names = ["ApproximateNumberOfMessages"]
    assert sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"] == {names[0]: "1"}
    third = sqs.receive_message(QueueUrl=url)["Messages"][0]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=third["ReceiptHandle"])
    assert "Messages" not in sqs.receive_message(QueueUrl=url)


def test_batches_fail_in_part(queue):
    sqs, url = queue
    entries = [{"Id": str(n), "MessageBody": f"m{n}"} for n in range(3)]
    assert len(sqs.send_message_batch(QueueUrl=url, Entries=entries)["Successful"]) == 3
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [message["Body"] for message in messages] == ["m0", "m1", "m2"]
    handles = [message["ReceiptHandle"] for message in messages]
    entries = [{"Id": "a", "ReceiptHandle": handles[0], "VisibilityTimeout": 60}]
    entries.append({"Id": "b", "ReceiptHandle": "made-up", "VisibilityTimeout": 60})
    answer = sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)
    assert [one["Id"] for one in answer["Successful"]] == ["a"]
    assert [(one["Id"], one["Code"], one["SenderFault"]) for one in answer["Failed"]] == [
        ("b", "ReceiptHandleIsInvalid", True)
    ]
    entries = [{"Id": str(n), "ReceiptHandle": handle} for n, handle in enumerate([*handles, "made-up"])]
    answer = sqs.delete_message_batch(QueueUrl=url, Entries=entries)
    assert [one["Id"] for one in answer["Successful"]] == ["0", "1", "2"]
    assert [one["Id"] for one in answer["Failed"]] == ["3"]


def test_bad_requests_are_refused_as_sqs_does(queue):
    sqs, url = queue
    missing = url.replace("events", "nothing")
    assert code(sqs.receive_message, QueueUrl=missing) == "AWS.SimpleQueueService.NonExistentQueue"
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_url(QueueName="nothing")
    assert code(sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=11) == "InvalidParameterValue"
    assert code(sqs.receive_message, QueueUrl=url, WaitTimeSeconds=21) == "InvalidParameterValue"
    assert code(sqs.receive_message, QueueUrl=url, VisibilityTimeout=43201) == "InvalidParameterValue"
    assert code(sqs.delete_message, QueueUrl=url, ReceiptHandle="x") == "ReceiptHandleIsInvalid"
    assert code(sqs.get_queue_attributes, QueueUrl=url, AttributeNames=["Colour"]) == "InvalidAttributeName"
    # Attributes that are not set are left out, and not refused.
    assert not sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"]).get("Attributes")
    empty = "AWS.SimpleQueueService.EmptyBatchRequest"
    assert code(sqs.delete_message_batch, QueueUrl=url, Entries=[]) == empty
    twice = [{"Id": "a", "ReceiptHandle": "x"}] * 2
    assert code(sqs.delete_message_batch, QueueUrl=url, Entries=twice).endswith("BatchEntryIdsNotDistinct")
    many = [{"Id": str(n), "ReceiptHandle": "x"} for n in range(11)]
    assert code(sqs.delete_message_batch, QueueUrl=url, Entries=many).endswith("TooManyEntriesInBatchRequest")
    sqs.send_message(QueueUrl=url, MessageBody="a")
    message = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"][0]
    change = {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 5}
    assert code(sqs.change_message_visibility, **change) == "AWS.SimpleQueueService.MessageNotInflight"


def test_requests_to_the_queue_meet_faults_too(sandboxes):
    server = sandboxes("--fault", "deny@action=ReceiveMessage,times=1", "--fault", "throttle=1/1@action=DeleteMessage")
    queue, url = sqs(server), server.env["SANDBOX_AWS_QUEUE"]
    assert code(queue.receive_message, QueueUrl=url) == "AccessDeniedException"
    assert code(queue.delete_message, QueueUrl=url, ReceiptHandle="x") == "ReceiptHandleIsInvalid"
    assert code(queue.delete_message, QueueUrl=url, ReceiptHandle="x") == "ThrottlingException"
