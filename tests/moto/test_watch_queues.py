"""Queues of events: `watch` against SQS of moto, and against the storage queues of Azurite."""

import json
import random
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request

import pytest

import azurite
import judges
from event_queue import EventQueue
from netcensus import BINARY
from servers import client

PATIENCE = 60
# A call for messages waits for so many seconds, also after whatever made it was killed.
LONGEST_POLL = 20
REGION = "eu-west-1"
ACCOUNT = "310987654321"


def until(is_so, what):
    """Waits until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


class Watch:
    """A running `netcensus watch`, whose changes are read as they come."""

    def __init__(self, home, *flags, env, number=0):
        command = [BINARY, "watch", "--on-change", "--store", str(home.path / "store"), *flags]
        self.errors = (home.path / f"watch-{number}.err").open("w+")
        self.process = subprocess.Popen(
            command,
            env=home.environ() | env,
            cwd=home.path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
        )
        self.lines = []
        threading.Thread(target=self._read, daemon=True).start()
        self.until(lambda: "watching " in self.said())

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(json.loads(line))

    def said(self):
        """What was written to stderr so far."""
        self.errors.seek(0)
        return self.errors.read()

    def until(self, is_so, patience=PATIENCE):
        """Waits until something is so."""
        deadline = time.monotonic() + patience
        while not is_so():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, f"{self.said()}\n{self.lines}"
            time.sleep(0.1)

    def get(self, path, **headers):
        """Asks the server of `--serve`."""
        address = self.said().split("serving http://")[1].split(": ")[0]
        return urllib.request.urlopen(urllib.request.Request(f"http://{address}{path}", headers=headers))

    def metrics(self):
        """The text of /metrics."""
        with self.get("/metrics") as answer:
            return answer.read().decode()

    def has_changed(self, change, id_):
        """Tells whether a change of a resource was reported."""
        return any(line.get("change") == change and line.get("id") == id_ for line in self.lines)

    def stop(self, with_signal=signal.SIGTERM):
        """Ends it."""
        self.process.send_signal(with_signal)
        return self.process.wait(PATIENCE)


@pytest.fixture
def watches(home):
    """Starts watches, and kills those that still run."""
    made = []

    def make(*flags, env):
        made.append(Watch(home, *flags, env=env, number=len(made)))
        return made[-1]

    yield make
    for watch in made:
        watch.process.kill()
        watch.process.wait()


def aws(moto):
    """The variables that sign in to an account of its own."""
    sts = client(moto.url, "sts", "AKIAROOT", "secret")
    given = sts.assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/netcensus", RoleSessionName="watch")["Credentials"]
    return {
        "AWS_ENDPOINT_URL": moto.url,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }


def call_event(name, answer, **more):
    """An event of EventBridge about a call of EC2."""
    detail = {
        "eventSource": "ec2.amazonaws.com",
        "eventName": name,
        "awsRegion": REGION,
        "recipientAccountId": ACCOUNT,
        "requestParameters": {},
        "responseElements": answer,
        "userIdentity": {"userName": "jane.doe"},
        **more,
    }
    return json.dumps(
        {
            "version": "0",
            "id": "36eb8523-97d0-4518-b33d-ee3579ff19f0",
            "detail-type": "AWS API Call via CloudTrail",
            "source": "aws.ec2",
            "account": ACCOUNT,
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "region": REGION,
            "resources": [],
            "detail": detail,
        }
    )


class Queue:
    """A queue of moto."""

    def __init__(self, moto, name, **attributes):
        self.sqs = moto.client("sqs", ACCOUNT, REGION)
        self.url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        self.flags = ("--queue", f"aws:{self.url}?region={REGION}", "--region", REGION)

    def send(self, *bodies):
        entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
        assert not self.sqs.send_message_batch(QueueUrl=self.url, Entries=entries).get("Failed")

    def counts(self):
        """How many messages are visible, and how many are hidden."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        given = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return tuple(int(given[name]) for name in names)


def test_a_call_is_seen_within_seconds_and_its_message_goes(moto, home, watches):
    queue, ec2 = Queue(moto, "changes"), moto.client("ec2", ACCOUNT, REGION)
    watch = watches(*queue.flags, env=aws(moto))
    vpc = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
    queue.send(call_event("CreateVpc", {"vpc": {"vpcId": vpc}}))
    watch.until(lambda: watch.has_changed("added", vpc))
    watch.until(lambda: queue.counts() == (0, 0))
    ec2.delete_vpc(VpcId=vpc)
    # Twice, out of order with another, and one that failed.
    gone = call_event("DeleteVpc", {"_return": True}, requestParameters={"vpcId": vpc})
    failed = call_event("CreateVpc", None, errorCode="Client.UnauthorizedOperation")
    queue.send(gone, call_event("CreateVpc", {"vpc": {"vpcId": vpc}}), gone, failed)
    watch.until(lambda: watch.has_changed("removed", vpc))
    watch.until(lambda: queue.counts() == (0, 0))
    journal = b"".join(path.read_bytes() for path in (home.path / "store").rglob("*") if path.is_file())
    assert vpc.encode() in journal and b"jane.doe" not in journal and "jane.doe" not in watch.said()
    assert watch.stop() == 0, watch.said()


def test_what_is_no_event_is_removed_and_counted(moto, home, watches):
    queue = Queue(moto, "odd")
    watch = watches(*queue.flags, "--serve", "0", env=aws(moto))
    other = json.loads(call_event("CreateVpc", {"vpc": {"vpcId": "vpc-0123456789abcdef0"}}))
    other["account"] = other["detail"]["recipientAccountId"] = "999999999999"
    queue.send("hello", "{}", json.dumps(other), "[]", *("[1]" for _ in range(5)))
    watch.until(lambda: queue.counts() == (0, 0))
    metrics = watch.metrics()
    assert 'netcensus_watch_events_total{outcome="refused",reason="not_json"} 1\n' in metrics
    assert 'netcensus_watch_events_total{outcome="refused",reason="not_an_event"} 6\n' in metrics
    assert "netcensus_watch_out_of_scope_hints_total 1\n" in metrics
    assert f'netcensus_watch_queue_depth{{source="aws:{queue.url}"}} 0\n' in metrics
    with watch.get("/inventory") as answer:
        assert any(account["id"] == ACCOUNT for account in json.load(answer)["accounts"])
        tag = answer.headers["ETag"]
    with pytest.raises(urllib.error.HTTPError) as unchanged:
        watch.get("/inventory", **{"If-None-Match": tag})
    assert unchanged.value.code == 304
    assert watch.stop() == 0, watch.said()


def test_a_watch_that_is_killed_loses_no_message(moto, home, watches):
    queue = Queue(moto, "killed")
    watch = watches(*queue.flags, env=aws(moto))
    # Of a machine that is never found: it is asked for again for some seconds.
    queue.send(call_event("RunInstances", {"instancesSet": {"items": [{"instanceId": "i-0123456789abcdef0"}]}}))
    watch.until(lambda: queue.counts() == (0, 1))
    watch.stop(signal.SIGKILL)
    assert queue.counts() == (0, 1), "hidden, and comes back"
    # The next message must not go to the call of the one that was killed.
    time.sleep(LONGEST_POLL)
    watch = watches(*queue.flags, "--serve", "0", env=aws(moto))
    queue.send(call_event("RunInstances", {"instancesSet": {"items": [{"instanceId": "i-0123456789abcdef1"}]}}))
    watch.until(lambda: f'netcensus_watch_messages_total{{source="aws:{queue.url}"}} 1\n' in watch.metrics())
    assert watch.stop() == 0, watch.said()
    until(lambda: queue.counts() == (1, 1), "what was not done is given back when a watch is stopped")


def test_a_queue_that_is_not_there_is_named_before_anything_is_read(moto, home):
    url = f"{moto.url}/{ACCOUNT}/nothing"
    result = home.run("watch", "--queue", f"aws:{url}?region={REGION}", env=aws(moto)).expect(2)
    assert f"aws:{url}: there is no such queue" in result.err
    assert "aws sqs list-queues" in result.err


def unknown_machine(number):
    """An event about a machine that is never found, and therefore asked for again for some seconds."""
    machine = {"instanceId": f"i-0123456789abcde{number:02x}"}
    return call_event("RunInstances", {"instancesSet": {"items": [machine]}})


def test_a_message_that_is_never_done_ends_in_the_dead_letter_queue(moto, home, watches):
    dead = Queue(moto, "dead")
    arn = dead.sqs.get_queue_attributes(QueueUrl=dead.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    queue = Queue(moto, "redriven", RedrivePolicy=policy)
    queue.send(unknown_machine(1))
    for _ in range(2):
        watch = watches(*queue.flags, env=aws(moto))
        watch.until(lambda: queue.counts() == (0, 1))
        assert watch.stop() == 0, watch.said()
        assert "no dead-letter queue" not in watch.said()
        until(lambda: queue.counts() == (1, 0), "given back")
    watch = watches(*queue.flags, env=aws(moto))
    watch.until(lambda: dead.counts() == (1, 0))
    assert queue.counts() == (0, 0)
    assert watch.stop() == 0, watch.said()


@pytest.fixture
def events():
    """A queue that can be told what to do."""
    queue = EventQueue()
    yield queue
    queue.stop()


def test_a_queue_is_asked_rarely_and_answers_at_once(moto, home, watches, events):
    watch = watches(*events.flags, env=aws(moto))
    time.sleep(3)
    asked = list(events.received)
    assert len(asked) == 1, "it waits for messages"
    assert (asked[0]["WaitTimeSeconds"], asked[0]["MaxNumberOfMessages"]) == (20, 10)
    events.send("[]")
    watch.until(lambda: not events.messages)
    assert len(events.received) == 2, "one answered, and the next one waits"
    assert watch.stop() == 0, watch.said()


@pytest.mark.parametrize("refusals", [2, 12], ids=["few", "many"])
def test_messages_that_were_not_removed_come_back_and_change_nothing(moto, home, watches, events, refusals):
    ec2 = moto.client("ec2", ACCOUNT, REGION)
    watch = watches(*events.flags, env=aws(moto))
    vpcs = [ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"] for number in (81, 82, 83)]
    events.refuse = refusals
    events.send(*(call_event("CreateVpc", {"vpc": {"vpcId": vpc}}) for vpc in vpcs))
    watch.until(lambda: not events.messages)
    # What is cured by trying again is no warning: a message is removed again, or received again and then removed.
    assert events.refuse == 0
    for vpc in vpcs:
        assert sum(line.get("id") == vpc for line in watch.lines) == 1
    assert watch.stop() == 0, watch.said()


def reported(watches_):
    """Returns the changes of all watches; a batch that was interrupted is written again with its number."""
    batches = {}
    for watch in watches_:
        number = None
        for line in watch.lines:
            if line["record"] == "batch":
                number = line["sequence"]
                batches[number] = []
            elif line["record"] == "change":
                batches[number].append((line["change"], line["id"]))
    return [change for number in sorted(batches) for change in batches[number]]


def test_a_watch_that_is_killed_before_it_removes_a_message_repeats_nothing(moto, home, watches, events):
    ec2 = moto.client("ec2", ACCOUNT, REGION)
    flags = (*events.flags, "--max-age", "1h")
    first = watches(*flags, env=aws(moto))
    events.answers.clear()
    vpc = ec2.create_vpc(CidrBlock="10.84.0.0/16")["Vpc"]["VpcId"]
    events.send(call_event("CreateVpc", {"vpc": {"vpcId": vpc}}))
    first.until(lambda: first.has_changed("added", vpc))
    first.stop(signal.SIGKILL)
    assert events.messages, "it was not removed"
    events.answers.set()
    events.forget_receivers()
    second = watches(*flags, env=aws(moto))
    second.until(lambda: not events.messages)
    assert second.stop() == 0, second.said()
    assert reported([first, second]).count(("added", vpc)) == 1
    assert not second.lines, "all of it was reported before"


def test_a_watch_that_is_killed_at_any_moment_loses_nothing_and_repeats_nothing(moto, home, watches, events):
    ec2, chance = moto.client("ec2", ACCOUNT, REGION), random.Random(7)
    flags, started, vpcs = (*events.flags, "--max-age", "1h"), [], []
    for number in range(5):
        started.append(watches(*flags, env=aws(moto)))
        vpcs.append(ec2.create_vpc(CidrBlock=f"10.{90 + number}.0.0/16")["Vpc"]["VpcId"])
        events.send(call_event("CreateVpc", {"vpc": {"vpcId": vpcs[-1]}}))
        # The hint is acted on after half a second.
        time.sleep(chance.uniform(0, 1.2))
        started[-1].stop(signal.SIGKILL)
        events.forget_receivers()
    started.append(watches(*flags, env=aws(moto)))
    started[-1].until(lambda: not events.messages)
    assert started[-1].stop() == 0, started[-1].said()
    changes = reported(started)
    assert [changes.count(("added", vpc)) for vpc in vpcs] == [1] * len(vpcs), changes


def test_messages_stay_hidden_while_a_read_takes_longer(moto, home, watches, events, relays):
    begun = []

    def answer(action, _, form):
        # Only the read after the event has filters. It is repeated when it gets no answer for long.
        if action == "DescribeVpcs" and any(name.startswith("Filter") for name in form):
            begun.append(time.monotonic())
            time.sleep(max(0, begun[0] + 50 - time.monotonic()))

    relay = relays(moto.url, answer=answer)
    env = aws(moto) | {"AWS_ENDPOINT_URL": relay.url}
    watch = watches(*events.flags, "--timeout", "10m", env=env)
    vpc = moto.client("ec2", ACCOUNT, REGION).create_vpc(CidrBlock="10.85.0.0/16")["Vpc"]["VpcId"]
    events.send(call_event("CreateVpc", {"vpc": {"vpcId": vpc}}))
    watch.until(lambda: not events.messages, 2 * PATIENCE)
    assert set(events.extended) == {120} and all(asked["VisibilityTimeout"] == 120 for asked in events.received)
    assert sum(line.get("id") == vpc for line in watch.lines) == 1
    assert watch.stop() == 0, watch.said()


def test_a_table_follows_the_events(moto, home, watches):
    queue, ec2 = Queue(moto, "synced"), moto.client("ec2", ACCOUNT, REGION)
    tables = moto.client("dynamodb", ACCOUNT, REGION)
    keys = [("VpcId", "HASH"), ("OwnerId", "RANGE")]
    tables.create_table(
        TableName="vpcs",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
    )
    home.write("netcensus.toml", f'[sync.vpcs]\ntype = "dynamodb"\ntable = "vpcs"\nregion = "{REGION}"\n')

    def blocks():
        items = tables.scan(TableName="vpcs", ConsistentRead=True)["Items"]
        # moto adds an item before its fields.
        return {item["VpcId"]["S"]: item.get("CidrBlock", {}).get("S") for item in items if "Deleted" not in item}

    there = {one["VpcId"]: one["CidrBlock"] for one in ec2.describe_vpcs()["Vpcs"]}
    flags = (*queue.flags, "--sync", "vpcs", "--sync-every", "1s", "--max-age", "1h")
    watch = watches(*flags, env=aws(moto))
    watch.until(lambda: blocks() == there)
    new = ec2.create_vpc(CidrBlock="10.87.0.0/16")["Vpc"]["VpcId"]
    queue.send(call_event("CreateVpc", {"vpc": {"vpcId": new}}))
    watch.until(lambda: blocks() == {**there, new: "10.87.0.0/16"})
    # Killed after it knew of a change: the next watch writes what is not in the table.
    other = ec2.create_vpc(CidrBlock="10.88.0.0/16")["Vpc"]["VpcId"]
    queue.send(call_event("CreateVpc", {"vpc": {"vpcId": other}}))
    watch.until(lambda: watch.has_changed("added", other))
    watch.stop(signal.SIGKILL)
    watch = watches(*flags, env=aws(moto))
    watch.until(lambda: blocks() == {**there, new: "10.87.0.0/16", other: "10.88.0.0/16"})
    for vpc in (new, other):
        ec2.delete_vpc(VpcId=vpc)
    time.sleep(LONGEST_POLL)
    queue.send(*(call_event("DeleteVpc", {"_return": True}, requestParameters={"vpcId": vpc}) for vpc in (new, other)))
    watch.until(lambda: blocks() == there)
    assert watch.stop() == 0, watch.said()


def test_what_creates_the_queues_is_valid(home):
    program = judges.find("cfn-lint", "cfn-lint")
    if program is None:
        pytest.skip("cfn-lint is not installed (tests/moto/judges.sh, or pip install cfn-lint)")
    template = home.path / "template.yaml"
    template.write_text(home.run("watch", "--setup", "cloudformation").expect(0).out)
    found = subprocess.run([program, "--template", template], capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr


def test_events_come_as_eventbridge_delivers_them(moto, home, watches, tmp_path):
    program = judges.find("ministack", "ministack")
    if program is None:
        pytest.skip("MiniStack is not installed (tests/moto/judges.sh, or pip install ministack==1.5.33)")
    server = judges.MiniStack(program, tmp_path)
    try:
        sqs, events = (client(server.url, name, ACCOUNT, "secret", region=REGION) for name in ("sqs", "events"))
        url = sqs.create_queue(QueueName="netcensus-events")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        events.put_rule(Name="netcensus", EventPattern=json.dumps({"source": ["org.example"]}), State="ENABLED")
        events.put_targets(Rule="netcensus", Targets=[{"Id": "queue", "Arn": arn}])
        kind, detail = "AWS API Call via CloudTrail", json.dumps({"eventSource": "ec2.amazonaws.com"})
        entry = {"Source": "org.example", "DetailType": kind, "Detail": detail}
        assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0
        # Only AWS itself sends what comes from `aws.ec2`, so this one is taken, and leads to nothing.
        name = f"aws:{server.url}/{ACCOUNT}/netcensus-events"
        watch = watches("--queue", f"{name}?region={REGION}", "--region", REGION, "--serve", "0", env=aws(moto))
        ignored = 'netcensus_watch_events_total{outcome="ignored",reason="other_event"} 1\n'
        watch.until(lambda: ignored in watch.metrics())
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        counts = lambda: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]  # noqa: E731
        watch.until(lambda: all(number == "0" for number in counts().values()))
        assert watch.stop() == 0, watch.said()
    finally:
        server.stop()


@pytest.fixture(scope="module")
def storage(tmp_path_factory):
    """Azurite."""
    if not azurite.program():
        pytest.skip("Azurite is not installed (npm install azurite@3.35.0, or $AZURITE_QUEUE)")
    server = azurite.Azurite(tmp_path_factory.mktemp("azurite"))
    yield server
    server.stop()


def network_event():
    subject = "/subscriptions/5b4b650e-28b9-4790-b3ab-ddbd88d727c4/resourceGroups/rg/providers/Microsoft.Network"
    return json.dumps(
        {
            "specversion": "1.0",
            "type": "Microsoft.Resources.ResourceWriteSuccess",
            "source": "/subscriptions/5b4b650e-28b9-4790-b3ab-ddbd88d727c4",
            "id": "4db48cba-50a2-455a-93b4-de41a3b5b7f6",
            "time": "2018-08-16T20:38:01Z",
            "subject": f"{subject}/virtualNetworks/hub",
            "data": {"claims": {"name": "Jane Doe"}},
        }
    )


def test_a_storage_queue_is_read_and_emptied(storage, moto, home, watches):
    # What is watched is in AWS, so the events are out of scope; they are taken all the same.
    flags = ("--queue", storage.make_queue("events"), "--region", REGION, "--provider", "aws", "--serve", "0")
    for number in range(40):
        storage.send("events", network_event() if number % 2 else "hello")
    watch = watches(*flags, env=aws(moto) | storage.environ())
    watch.until(lambda: storage.visible("events") == 0)
    watch.until(lambda: "netcensus_watch_out_of_scope_hints_total 20\n" in watch.metrics())
    assert 'outcome="refused",reason="not_json"} 20\n' in watch.metrics()
    assert watch.stop() == 0, watch.said()


def test_a_storage_queue_that_is_not_there_is_named(storage, home):
    url = f"azure:{storage.url}/nothing"
    result = home.run("watch", "--provider", "azure", "--queue", url, env=storage.environ()).expect(2)
    assert f"{url}: cannot read the queue" in result.err and "QueueNotFound" in result.err
    assert "az storage queue create" in result.err
