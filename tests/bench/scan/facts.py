"""Counts what is in an inventory document: facts.py FILE prints it as JSON.

A process of its own, because a child begins with the memory of its parent: what compare.py holds would count as
the peak of what it measures.
"""

import json
import pathlib
import sys

KINDS = ("networks", "subnets", "instances")


def facts(document):
    reads = [entry for entry in document["coverage"] if entry["region"]]
    return {
        "items": sum(len(document[kind]) for kind in KINDS),
        # Those of signing in are not in the document.
        "requests": sum(entry["requests"] for entry in document["coverage"]),
        "regions": sorted({entry["region"] for entry in reads}),
        "accounts": [account["id"] for account in document["accounts"]],
        "reads": len(reads),
        "complete": sum(entry["outcome"] == "complete" for entry in reads),
    }


json.dump(facts(json.loads(pathlib.Path(sys.argv[1]).read_bytes())), sys.stdout)
