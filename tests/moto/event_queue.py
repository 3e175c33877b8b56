"""A queue of SQS on loopback that does what moto cannot be told to do: refuse a part of a batch, or not answer."""

import json
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REGION = "eu-west-1"


class EventQueue:
    """A standard queue with the JSON protocol of SQS, as far as a receiver uses it.

    `refuse` entries of batches of deletions fail, and their messages can be received again at once. While `answers` is
    cleared, deletions get no answer. `extended` and `received` have what was asked for.
    """

    def __init__(self):
        self.messages, self.received, self.extended = {}, [], []
        self.refuse, self.generation = 0, 0
        self.answers = threading.Event()
        self.answers.set()
        self.changed = threading.Condition()
        queue = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                action = self.headers["X-Amz-Target"].rpartition(".")[2]
                content = json.dumps(getattr(queue, action)(body)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/x-amz-json-1.0")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

            def handle(self):
                try:
                    super().handle()
                except ConnectionError:
                    pass  # Whatever waited for a message was killed.

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{self.server.server_address[1]}/111111111111/events"
        self.flags = ("--queue", f"aws:{url}?region={REGION}", "--region", REGION)

    def stop(self):
        """Ends the server."""
        self.answers.set()
        self.server.shutdown()
        self.server.server_close()

    def send(self, *bodies):
        """Puts messages into the queue."""
        with self.changed:
            for body in bodies:
                self.messages[str(uuid.uuid4())] = {"body": body, "count": 0, "visible": 0.0, "sent": time.time()}
            self.changed.notify_all()

    def forget_receivers(self):
        """Has everything that was received come back, and nothing go to those that still wait: they were killed."""
        with self.changed:
            self.generation += 1
            for message in self.messages.values():
                message["visible"] = 0.0
            self.changed.notify_all()

    def GetQueueAttributes(self, _):
        waiting = str(len(self.messages))
        return {"Attributes": {"ApproximateNumberOfMessages": waiting, "RedrivePolicy": "{}"}}

    def ReceiveMessage(self, asked):
        deadline = time.monotonic() + asked["WaitTimeSeconds"]
        with self.changed:
            self.received.append(asked)
            generation = self.generation
            while not (taken := self._visible()[: asked["MaxNumberOfMessages"]]):
                left = deadline - time.monotonic()
                if left <= 0 or not self.changed.wait(left) or generation != self.generation:
                    return {}
            return {"Messages": [self._receive(id_, asked["VisibilityTimeout"]) for id_ in taken]}

    def _visible(self):
        return [id_ for id_, message in self.messages.items() if message["visible"] <= time.monotonic()]

    def _receive(self, id_, hidden_for):
        message = self.messages[id_]
        message["count"] += 1
        message["visible"] = time.monotonic() + hidden_for
        message["receipt"] = f"{id_}/{message['count']}"
        attributes = {"ApproximateReceiveCount": str(message["count"]), "SentTimestamp": f"{message['sent'] * 1000:.0f}"}
        return {
            "MessageId": id_,
            "ReceiptHandle": message["receipt"],
            "Body": message["body"],
            "Attributes": attributes,
        }

    def _batch(self, asked, change):
        done, failed = [], []
        with self.changed:
            for entry in asked["Entries"]:
                id_ = entry["ReceiptHandle"].partition("/")[0]
                if change(id_, entry):
                    done.append({"Id": entry["Id"]})
                else:
                    code = {"Code": "InternalError", "SenderFault": False, "Message": "not now"}
                    failed.append({"Id": entry["Id"], **code})
            self.changed.notify_all()
        return {"Successful": done, "Failed": failed}

    def DeleteMessageBatch(self, asked):
        self.answers.wait()

        def delete(id_, _):
            if self.refuse and id_ in self.messages:
                self.refuse -= 1
                self.messages[id_]["visible"] = 0.0
                return False
            return self.messages.pop(id_, None) or True

        return self._batch(asked, delete)

    def ChangeMessageVisibilityBatch(self, asked):
        def hide(id_, entry):
            self.extended.append(entry["VisibilityTimeout"])
            if id_ in self.messages:
                self.messages[id_]["visible"] = time.monotonic() + entry["VisibilityTimeout"]
            return True

        return self._batch(asked, hide)
