"""Counts what changed from one inventory document to another, by dicts or by deepdiff.

usage: peer_python.py dict|deepdiff OLD NEW
"""

import json
import sys

KINDS = ("networks", "subnets", "instances", "interfaces", "links")


def load(path):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    rows = (row for kind in KINDS for row in document[kind])
    return {(row["provider"], row.get("account"), row.get("region"), row["id"]): row for row in rows}


def by_dict(old, new):
    changed = sum(1 for key, row in new.items() if key in old and old[key] != row)
    return {"added": len(new.keys() - old.keys()), "removed": len(old.keys() - new.keys()), "changed": changed}


def by_deepdiff(old, new):
    from deepdiff import DeepDiff

    changes = DeepDiff(old, new)
    # Not what it calls added: that has tags as well.
    touched = set(changes.affected_root_keys)
    added, removed = touched - old.keys(), touched - new.keys()
    return {"added": len(added), "removed": len(removed), "changed": len(touched - added - removed)}


def main():
    how, old, new = sys.argv[1:]
    compare = {"dict": by_dict, "deepdiff": by_deepdiff}[how]
    print(json.dumps(compare(load(old), load(new))))


if __name__ == "__main__":
    main()
