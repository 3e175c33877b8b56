"""What an engineer would write instead: boto3, one client per account and region, a pool of threads.

usage: peer_boto3.py ROLE THREADS REGION...   (the environment says where AWS is and who calls)
Assumes ROLE in every other active account of the organisation, then describes networks, subnets and
instances everywhere. Prints the number of items.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

role, threads, regions = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
config = Config(retries={"mode": "standard", "max_attempts": 8}, max_pool_connections=threads)
calls = [("describe_vpcs", "Vpcs"), ("describe_subnets", "Subnets"), ("describe_instances", "Reservations")]

base = boto3.Session()
sts = base.client("sts", config=config)
own = sts.get_caller_identity()["Account"]
pages = base.client("organizations", config=config).get_paginator("list_accounts").paginate()
accounts = [a["Id"] for page in pages for a in page["Accounts"] if a["Status"] == "ACTIVE"]


def session(account):
    if account == own:
        return base
    arn = f"arn:aws:iam::{account}:role/{role}"
    keys = sts.assume_role(RoleArn=arn, RoleSessionName="peer")["Credentials"]
    return boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])


def count(job):
    client, call, key = job
    items = 0
    for page in client.get_paginator(call).paginate(PaginationConfig={"PageSize": 1000}):
        items += sum(len(x["Instances"]) for x in page[key]) if key == "Reservations" else len(page[key])
    return items


with ThreadPoolExecutor(threads) as pool:
    sessions = list(pool.map(session, accounts))
# boto3 sessions are not safe to share between threads while clients are made.
clients = [s.client("ec2", region_name=region, config=config) for s in sessions for region in regions]
with ThreadPoolExecutor(threads) as pool:
    print(sum(pool.map(count, [(client, *call) for client in clients for call in calls])))
