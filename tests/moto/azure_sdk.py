"""Microsoft's own SDKs, pointed at a sandbox that serves TLS: they send no token over anything else."""

import time
from enum import Enum

from azure.core.credentials import AccessToken
from azure.core.serialization import is_generated_model
from azure.identity import ClientSecretCredential
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resourcegraph import ResourceGraphClient
from azure.mgmt.resourcegraph.models import QueryRequest, QueryRequestOptions
from azure.mgmt.subscription import SubscriptionClient

# The audience of tokens for the resource manager, which does not change with its address.
SCOPE = "https://management.azure.com/.default"
# What docs/sandbox.md says of the sample's tenants: id of the tenant, id of the client.
NORTHWIND = ("0f3d6a52-6c1e-4b7e-9d6a-3a2f5c8e1b01", "e15fb64a-0562-4464-a1c8-3627434754ab")
ACME = ("5b8e2c94-1d7f-4e3a-8c5b-7f6e9d0a2c02", "f4dce89e-4879-4368-9cde-07b831bd4ae2")
# Long enough for a whole run.
AN_HOUR = 3600


class Directory:
    """A tenant of a sandbox, as a client with a secret reaches it."""

    def __init__(self, server, tenant, client, secret=None):
        self.url, self.trusted = server.azure_env["AZURE_AUTHORITY_HOST"], server.env["SSL_CERT_FILE"]
        self.tenant, self.client = tenant, client
        self.secret = secret or f"sandbox-not-a-real-secret-{tenant}"
        self.credential = ClientSecretCredential(
            tenant,
            client,
            self.secret,
            authority=self.url,
            disable_instance_discovery=True,
            connection_verify=self.trusted,
        )

    def environment(self):
        """Lists the variables that sign other programs in."""
        return {
            "AZURE_TENANT_ID": self.tenant,
            "AZURE_CLIENT_ID": self.client,
            "AZURE_CLIENT_SECRET": self.secret,
            "AZURE_TOKEN_CREDENTIALS": "EnvironmentCredential",
            "SSL_CERT_FILE": self.trusted,
        }

    def flags(self, api):
        """Lists the flags that point netcensus at it."""
        place = ("--azure-cloud", "public", "--azure-resource-manager", self.url, "--azure-authority", self.url)
        return ("--provider", "azure", "--azure-api", api, *place)

    def _make(self, kind, *args, credential=None, **named):
        settings = {"base_url": self.url, "credential_scopes": [SCOPE], "connection_verify": self.trusted}
        return kind(credential or self.credential, *args, **settings, **named)

    def accounts(self, **named):
        """Makes a client of subscriptions and tenants."""
        return self._make(SubscriptionClient, **named)

    def network(self, subscription, **named):
        """Makes a client of Microsoft.Network in a subscription."""
        return self._make(NetworkManagementClient, subscription, **named)

    def compute(self, subscription, **named):
        """Makes a client of Microsoft.Compute in a subscription."""
        return self._make(ComputeManagementClient, subscription, **named)

    def graph(self, **named):
        """Makes a client of Resource Graph."""
        return self._make(ResourceGraphClient, **named)

    def query(self, text, **options):
        """Asks Resource Graph page by page; returns the answers."""
        graph, answers, token = self.graph(), [], None
        while token is not None or not answers:
            asked = QueryRequestOptions(result_format="objectArray", skip_token=token, **options)
            answers.append(graph.resources(QueryRequest(query=text, options=asked)))
            token = answers[-1].skip_token
        return answers


class Fixed:
    """A credential that has one token and knows no other."""

    def __init__(self, token):
        self.token = token

    def get_token(self, *_scopes, **_named):
        """Returns it."""
        return AccessToken(self.token, int(time.time()) + AN_HOUR)


class Lists:
    """Every list of a subscription that an inventory is made of; the SDK follows the links between their pages.

    `whole` maps names to the calls that make pagers; `inner` does the same for the lists inside an item of each of
    them, whose calls take its resource group and name.
    """

    def __init__(self, directory, subscription):
        network, compute = directory.network(subscription), directory.compute(subscription)
        machines, instances = compute.virtual_machines, compute.virtual_machine_scale_set_vms
        interfaces, public_ips = network.network_interfaces, network.public_ip_addresses
        self.whole = {
            "networks": network.virtual_networks.list_all,
            "interfaces": interfaces.list_all,
            "public_ips": public_ips.list_all,
            "hubs": network.virtual_hubs.list,
            "endpoints": network.private_endpoints.list_by_subscription,
            "machines": machines.list_all,
            "statuses": lambda: machines.list_all(status_only="true"),
            "sets": compute.virtual_machine_scale_sets.list_all,
            "skus": compute.resource_skus.list,
        }
        self.inner = {
            "networks": {
                "subnets": network.subnets.list,
                "peerings": network.virtual_network_peerings.list,
            },
            "hubs": {"connections": network.hub_virtual_network_connections.list},
            "sets": {
                "instances": lambda *at: instances.list(*at, expand="instanceView"),
                "set_interfaces": interfaces.list_virtual_machine_scale_set_network_interfaces,
                "set_public_ips": public_ips.list_virtual_machine_scale_set_public_ip_addresses,
            },
        }

    def read(self):
        """Reads everything: maps names to items, those inside something first by the id of it in small letters."""
        found = {name: list(call()) for name, call in self.whole.items()}
        for name, calls in self.inner.items():
            for inner, call in calls.items():
                found[inner] = {item.id.lower(): list(call(*place(item))) for item in found[name]}
        return found


def place(item):
    """Reads the resource group of an item in its id, and its name."""
    return item.id.split("/")[4], item.name


def everything(directory):
    """Reads all that a tenant's client sees, by subscription."""
    ids = [item.subscription_id for item in directory.accounts().subscriptions.list()]
    return {id_: Lists(directory, id_).read() for id_ in ids}


def strangers(value, path=""):
    """Lists the fields that the SDK's models do not know, and the words that their enumerations do not have.

    Models keep what they do not know, so a field that the sandbox made up is found here.
    """
    if isinstance(value, list):
        return [found for item in value for found in strangers(item, f"{path}[]")]
    if not is_generated_model(value):
        return []
    fields = {field._rest_name: name for name, field in value._attr_to_rest_field.items()}
    found = [f"{path}.{key}" for key in value if key not in fields]
    for key, name in fields.items():
        if key in value:
            inner = getattr(value, name)
            found += strangers(inner, f"{path}.{key}")
            if is_enumerated(type(value), name) and isinstance(inner, str) and not isinstance(inner, Enum):
                found.append(f"{path}.{key}={inner}")
    return found


def is_enumerated(model, name):
    """Tells whether a field has words of its own: its type is then an enumeration, or any other text."""
    annotations = [
        kind.__annotations__[name] for kind in model.__mro__ if name in vars(kind).get("__annotations__", {})
    ]
    return "Union[str, ForwardRef('_models." in str(annotations[0])
