"""Channels of AWS, read back by boto3: SNS by way of a queue, and CloudWatch."""

import datetime
import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from botocore.parsers import RpcV2CBORParser

from netcensus import Home

ACCOUNT = "123456789012"
REGION = "eu-west-1"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIACHANNELS", "AWS_SECRET_ACCESS_KEY": "secret"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The document of the sandbox's sample, taken now."""
    home = Home(tmp_path_factory.mktemp("sample"))
    return home.run("scan", "networks,subnets,links", "--sandbox", "-o", "json").expect().doc


def overlap(home, moto, sample, config, *flags, code=1, **variables):
    """Runs `overlap` on the sample with this configuration."""
    home.write("netcensus.toml", config)
    home.write("inventory.json", json.dumps(sample))
    env = {"AWS_ENDPOINT_URL": moto.url, "AWS_REGION": REGION, **KEYS, **variables}
    return home.run("overlap", "--from", "inventory.json", "--store", "store", *flags, env=env).expect(code)


def topic_with_queue(moto, name, **attributes):
    """Makes a topic with a queue that subscribes to it; returns the topic's ARN and a function that receives."""
    sns, sqs = (moto.client(service, ACCOUNT, REGION) for service in ("sns", "sqs"))
    topic = sns.create_topic(Name=name, Attributes=attributes)["TopicArn"]
    queue = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    def receive():
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    return topic, receive


def test_a_topic_is_told_once(moto, home, sample):
    topic, receive = topic_with_queue(moto, "alerts")
    config = f'[notify.mail]\ntype = "sns"\ntopic = "{topic}"\n'
    for _ in range(2):
        overlap(home, moto, sample, config, "--notify", "mail")
    [message] = receive()
    assert message["TopicArn"] == topic
    assert message["Subject"].startswith("netcensus overlap: ") and len(message["Subject"]) < 100
    assert "new (critical) NC101" in message["Message"] and "see more: netcensus find " in message["Message"]
    assert message["MessageAttributes"]["severity"] == {"Type": "String", "Value": "critical"}
    assert message["MessageAttributes"]["report"]["Value"] == "overlap"
    assert receive() == []


def test_programs_get_the_notice_as_json(moto, home, sample):
    topic, receive = topic_with_queue(moto, "structured")
    config = f'[notify.queue]\ntype = "sns"\ntopic = "{topic}"\nstructured = true\n'
    overlap(home, moto, sample, config, "--notify", "queue")
    [message] = receive()
    notice = json.loads(message["Message"])
    assert notice["schema_version"] == 1 and notice["report"] == "overlap"
    assert {event["event"] for event in notice["events"]} == {"new"}


class Metrics:
    """Takes `PutMetricData` in CBOR, which moto does not know, decodes it by botocore, and hands it on by boto3, which
    checks it against AWS's own model. It also refuses what AWS refuses and moto does not."""

    PATH = "/service/GraniteServiceVersion20100801/operation/PutMetricData"

    def __init__(self, cloudwatch):
        self.calls = []
        metrics, parser = self, RpcV2CBORParser()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                assert self.path == Metrics.PATH, self.path
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                request = parser.parse_data_item(parser.get_peekable_stream_from_bytes(body))
                metrics.calls.append(request)
                data = request["MetricData"]
                texts = [text for row in data for pair in row["Dimensions"] for text in pair.values()]
                fits = len(data) <= 1000 and len(body) <= 1_000_000
                if not fits or request["Namespace"].startswith("AWS/") or not all(map(str.isascii, texts)):
                    self.send_error(413)
                    return
                cloudwatch.put_metric_data(**request)
                self.send_response(200)
                self.send_header("smithy-protocol", "rpc-v2-cbor")
                self.send_header("Content-Type", "application/cbor")
                self.send_header("Content-Length", "1")
                self.end_headers()
                self.wfile.write(b"\xa0")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def stop(self):
        """Ends the server."""
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def metrics(moto):
    server = Metrics(moto.client("cloudwatch", ACCOUNT, REGION))
    yield server
    server.stop()


def test_every_class_has_a_metric_and_a_series_gets_one_sample_of_an_inventory(moto, home, sample, metrics):
    config = f'[notify.metrics]\ntype = "cloudwatch"\nnamespace = "Netcensus"\nregion = "{REGION}"\n'
    for _ in range(2):
        overlap(home, moto, sample, config, "--notify", "metrics", AWS_ENDPOINT_URL_CLOUDWATCH=metrics.url)
    assert len(metrics.calls) == 1
    cloudwatch = moto.client("cloudwatch", ACCOUNT, REGION)
    listed = cloudwatch.list_metrics(Namespace="Netcensus")["Metrics"]
    classes = {row["Dimensions"][0]["Value"] for row in listed if row["MetricName"] == "OpenCollisions"}
    report = json.loads(overlap(home, moto, sample, config, "-o", "json").out)
    assert classes == {count["class"] for count in report["counts"]}, "also those without a collision"
    now = datetime.datetime.now(datetime.timezone.utc)
    statistics = cloudwatch.get_metric_statistics(
        Namespace="Netcensus",
        MetricName="FailingCollisions",
        StartTime=now - datetime.timedelta(hours=12),
        EndTime=now + datetime.timedelta(hours=1),
        Period=60,
        Statistics=["Sum", "SampleCount"],
    )["Datapoints"]
    assert [(point["Sum"], point["SampleCount"]) for point in statistics] == [(report["gate"]["failing"], 1)]


def test_every_row_of_usage_has_metrics_in_as_many_calls_as_it_takes(moto, home, sample, metrics):
    config = f'[notify.metrics]\ntype = "cloudwatch"\nnamespace = "Usage"\nregion = "{REGION}"\n'
    subnets = [
        {**sample["subnets"][0], "id": f"subnet-{number:017x}", "prefixes": ["10.0.0.0/24"], "addresses_total": 251,
         "addresses_available": number % 252}
        for number in range(600)
    ]
    home.write("netcensus.toml", config)
    home.write("inventory.json", json.dumps({**sample, "subnets": subnets}))
    env = {"AWS_ENDPOINT_URL_CLOUDWATCH": metrics.url, "AWS_ENDPOINT_URL": moto.url, **KEYS}
    flags = ("--store", "store", "--notify", "metrics", "--fail-on", "none", "-o", "json")
    report = home.run("usage", "--from", "inventory.json", *flags, env=env).expect().doc
    assert len(report["rows"]) == 600
    sent = [row for call in metrics.calls for row in call["MetricData"]]
    assert len(metrics.calls) == 2 and max(len(call["MetricData"]) for call in metrics.calls) <= 1000
    percent = {row["Dimensions"][-1]["Value"]: row["Value"] for row in sent if row["MetricName"] == "UsedPercent"}
    assert percent == {row["id"]: row["used_percent"] for row in report["rows"]}, "also what is not full"
    assert {row["Unit"] for row in sent} == {"Percent", "Count"}


def test_a_topic_that_does_not_exist_is_an_error_and_the_report_is_there(moto, home, sample):
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:none"
    config = f'[notify.mail]\ntype = "sns"\ntopic = "{topic}"\n'
    result = overlap(home, moto, sample, config, "--notify", "mail", "-o", "json", code=2)
    assert result.doc["findings"]
    assert "channel `mail`: sns:Publish" in result.err
    overlap(home, moto, sample, config + "optional = true\n", "--notify", "mail", code=1)
