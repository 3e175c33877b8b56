// What `netcensus watch` needs in Azure: a storage queue, and a subscription to the events of this Azure subscription.
//
//   az deployment group create --resource-group netcensus --template-file netcensus-watch.bicep \
//     --parameters readerPrincipalId=OBJECT_ID storageAccountName=NAME
//
// readerPrincipalId is the object id of the identity that netcensus runs as. Other subscriptions of the same tenant use
// the same queue: deploy this to a resource group in each of them, with `queueAccountId`, an output of the first one. Then
// give the identity of its topic (output `topicPrincipalId`) these roles on the storage account:
//   az role assignment create --role "Storage Queue Data Message Sender" --assignee-object-id ID --scope ACCOUNT_ID
//   az role assignment create --role "Storage Blob Data Contributor" --assignee-object-id ID --scope ACCOUNT_ID
//
// Azure cannot send events to a queue of another tenant, so each tenant needs a queue. If you may not create a queue, use
// `netcensus watch --azure-changes`, which needs none.
targetScope = 'resourceGroup'

@description('Object id of the identity that netcensus runs as')
param readerPrincipalId string = ''

@description('Name of the storage account to create for the queue')
@minLength(3)
@maxLength(24)
param storageAccountName string = 'netcensus${uniqueString(resourceGroup().id)}'

@description('Id of the storage account that already has the queue; empty to create one')
param queueAccountId string = ''

param location string = resourceGroup().location

var queueName = 'netcensus-events'
var deadLetters = 'netcensus-dead-letters'
var isFirst = empty(queueAccountId)
var accountId = isFirst ? account.id : queueAccountId

var processorRole = '8a0f0c08-91a1-4084-bc3d-661d67233fed' // Storage Queue Data Message Processor
var queueReaderRole = '19e7f393-937e-4f77-808e-94535e297925' // Storage Queue Data Reader, which sees how many wait
var senderRole = 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a' // Storage Queue Data Message Sender
var blobRole = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe' // Storage Blob Data Contributor

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = if (isFirst) {
  name: storageAccountName
  location: location
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    allowBlobPublicAccess: false
    // Everything signs in with Entra, so nothing needs a key.
    allowSharedKeyAccess: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }

  resource queues 'queueServices' = {
    name: 'default'
    resource queue 'queues' = { name: queueName }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    resource container 'containers' = { name: deadLetters }
  }
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: 'netcensus-events'
  location: 'global'
  identity: { type: 'SystemAssigned' }
  properties: {
    source: subscription().id
    topicType: 'Microsoft.Resources.Subscriptions'
  }
}

resource topicSends 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (isFirst) {
  name: guid(account.id, topic.id, senderRole)
  scope: account
  properties: {
    principalId: topic.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', senderRole)
  }
}

resource topicWritesDeadLetters 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (isFirst) {
  name: guid(account.id, topic.id, blobRole)
  scope: account
  properties: {
    principalId: topic.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobRole)
  }
}

resource reads 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [processorRole, queueReaderRole]: if (isFirst && !empty(readerPrincipalId)) {
    name: guid(account.id, readerPrincipalId, role)
    scope: account
    properties: {
      principalId: readerPrincipalId
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource events 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'netcensus'
  dependsOn: [topicSends, topicWritesDeadLetters]
  properties: {
    eventDeliverySchema: 'CloudEventSchemaV1_0'
    deliveryWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      destination: {
        endpointType: 'StorageQueue'
        properties: {
          resourceId: accountId
          queueName: queueName
          // For ever: an outage of netcensus must not lose events.
          queueMessageTimeToLiveInSeconds: -1
        }
      }
    }
    deadLetterWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: {
          resourceId: accountId
          blobContainerName: deadLetters
        }
      }
    }
    retryPolicy: {
      eventTimeToLiveInMinutes: 1440
      maxDeliveryAttempts: 30
    }
    filter: {
      includedEventTypes: [
        'Microsoft.Resources.ResourceWriteSuccess'
        'Microsoft.Resources.ResourceWriteFailure'
        'Microsoft.Resources.ResourceDeleteSuccess'
        'Microsoft.Resources.ResourceActionSuccess'
      ]
      advancedFilters: [
        {
          key: 'data.operationName'
          operatorType: 'StringBeginsWith'
          values: [
@OPERATIONS@
          ]
        }
      ]
    }
  }
}

output queueFlag string = isFirst ? '--queue azure:${account!.properties.primaryEndpoints.queue}${queueName}' : ''
output queueAccountId string = accountId
output topicPrincipalId string = topic.identity.principalId
