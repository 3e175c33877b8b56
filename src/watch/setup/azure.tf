# What `netcensus watch` needs in Azure: a storage queue, and a subscription to the events of an Azure subscription.
#
# Use it once for each subscription, with a provider of that subscription. All subscriptions of a tenant share the queue:
# pass the output `netcensus_queue_account_id` of the first one as `queue_account_id` to the others. Azure cannot send events
# to a queue of another tenant. If you may not create a queue, use `netcensus watch --azure-changes`, which needs none.

variable "resource_group_name" {
  description = "The resource group in the subscription whose events are sent"
  type        = string
}

variable "location" {
  type    = string
  default = "westeurope"
}

variable "storage_account_name" {
  description = "Name of the storage account that is made for the queue; it has to be unique in the world"
  type        = string
  default     = ""
}

variable "queue_account_id" {
  description = "Id of the storage account that has the queue already; empty to make it here"
  type        = string
  default     = ""
}

variable "reader_principal_id" {
  description = "Object id of the identity that netcensus runs as"
  type        = string
  default     = ""
}

data "azurerm_subscription" "current" {}

locals {
  netcensus_makes_queue = var.queue_account_id == "" ? 1 : 0
  netcensus_account_id  = local.netcensus_makes_queue == 1 ? azurerm_storage_account.netcensus[0].id : var.queue_account_id
  netcensus_queue       = "netcensus-events"
  netcensus_dead_letter = "netcensus-dead-letters"
}

resource "azurerm_storage_account" "netcensus" {
  count                           = local.netcensus_makes_queue
  name                            = var.storage_account_name
  resource_group_name             = var.resource_group_name
  location                        = var.location
  account_tier                    = "Standard"
  account_replication_type        = "LRS"
  min_tls_version                 = "TLS1_2"
  allow_nested_items_to_be_public = false
  # Everything signs in with Entra, so nothing needs a key. The provider needs `storage_use_azuread = true` for that.
  shared_access_key_enabled = false
}

resource "azurerm_storage_queue" "netcensus" {
  count              = local.netcensus_makes_queue
  name               = local.netcensus_queue
  storage_account_id = azurerm_storage_account.netcensus[0].id
}

resource "azurerm_storage_container" "netcensus_dead_letters" {
  count              = local.netcensus_makes_queue
  name               = local.netcensus_dead_letter
  storage_account_id = azurerm_storage_account.netcensus[0].id
}

resource "azurerm_eventgrid_system_topic" "netcensus" {
  name                = "netcensus-events"
  resource_group_name = var.resource_group_name
  location            = "Global"
  source_resource_id  = data.azurerm_subscription.current.id
  topic_type          = "Microsoft.Resources.Subscriptions"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_role_assignment" "netcensus_topic" {
  for_each             = toset(["Storage Queue Data Message Sender", "Storage Blob Data Contributor"])
  scope                = local.netcensus_account_id
  role_definition_name = each.value
  principal_id         = azurerm_eventgrid_system_topic.netcensus.identity[0].principal_id
}

# With Storage Queue Data Reader, netcensus can see how many messages wait.
resource "azurerm_role_assignment" "netcensus_reader" {
  for_each = toset(var.reader_principal_id == "" || local.netcensus_makes_queue == 0 ? [] : [
    "Storage Queue Data Message Processor",
    "Storage Queue Data Reader",
  ])
  scope                = local.netcensus_account_id
  role_definition_name = each.value
  principal_id         = var.reader_principal_id
}

resource "azurerm_eventgrid_system_topic_event_subscription" "netcensus" {
  name                  = "netcensus"
  system_topic          = azurerm_eventgrid_system_topic.netcensus.name
  resource_group_name   = var.resource_group_name
  event_delivery_schema = "CloudEventSchemaV1_0"
  depends_on            = [azurerm_role_assignment.netcensus_topic]

  storage_queue_endpoint {
    storage_account_id = local.netcensus_account_id
    queue_name         = local.netcensus_queue
    # For ever: an outage of netcensus must not lose events.
    queue_message_time_to_live_in_seconds = -1
  }
  delivery_identity {
    type = "SystemAssigned"
  }
  storage_blob_dead_letter_destination {
    storage_account_id          = local.netcensus_account_id
    storage_blob_container_name = local.netcensus_dead_letter
  }
  dead_letter_identity {
    type = "SystemAssigned"
  }
  included_event_types = [
    "Microsoft.Resources.ResourceWriteSuccess",
    "Microsoft.Resources.ResourceWriteFailure",
    "Microsoft.Resources.ResourceDeleteSuccess",
    "Microsoft.Resources.ResourceActionSuccess",
  ]
  advanced_filter {
    string_begins_with {
      key = "data.operationName"
      values = [
@OPERATIONS@
      ]
    }
  }
}

output "netcensus_queue_flag" {
  description = "For netcensus watch"
  value       = local.netcensus_makes_queue == 1 ? "--queue azure:${azurerm_storage_account.netcensus[0].primary_queue_endpoint}${local.netcensus_queue}" : null
}

output "netcensus_queue_account_id" {
  value = local.netcensus_account_id
}
