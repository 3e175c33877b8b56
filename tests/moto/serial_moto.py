"""moto's server, one request at a time.

moto copies a table before a transaction and puts the copy back if a condition fails. Of two transactions at once, one
would undo the other, which DynamoDB never does.
"""

import sys
import threading

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import run_simple

_turn = threading.Lock()
_moto = DomainDispatcherApplication(create_backend_app)


def app(environ, start_response):
    """Answers a request once all others are answered."""
    with _turn:
        return list(_moto(environ, start_response))


if __name__ == "__main__":
    run_simple("127.0.0.1", int(sys.argv[1]), app, threaded=True, request_handler=MotoRequestHandler)
