"""Azure's Python SDK: two clients per subscription, a pool of threads. Prints the number of items.

usage: peer_azure.py THREADS SUBSCRIPTION...   (the environment says where Azure is and who calls)
The subscriptions are given, so it is spared to list them.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

from azure.identity import ClientSecretCredential
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.network import NetworkManagementClient

threads, subscriptions = int(sys.argv[1]), sys.argv[2:]
authority, ca = os.environ["AZURE_AUTHORITY_HOST"], os.environ["SSL_CERT_FILE"]
credential = ClientSecretCredential(
    *(os.environ[f"AZURE_{name}"] for name in ("TENANT_ID", "CLIENT_ID", "CLIENT_SECRET")),
    authority=authority,
    disable_instance_discovery=True,
    connection_verify=ca,
)
options = {
    "base_url": authority,
    "credential_scopes": ["https://management.azure.com/.default"],
    "connection_verify": ca,
}


def networks(subscription):
    found = list(NetworkManagementClient(credential, subscription, **options).virtual_networks.list_all())
    return len(found) + sum(len(network.subnets or []) for network in found)


def machines(subscription):
    return len(list(ComputeManagementClient(credential, subscription, **options).virtual_machines.list_all()))


credential.get_token("https://management.azure.com/.default")
with ThreadPoolExecutor(threads) as pool:
    jobs = [pool.submit(read, subscription) for subscription in subscriptions for read in (networks, machines)]
    print(sum(job.result() for job in jobs))
