# What `netcensus watch` needs in AWS: a queue, and rules that send events about changes to it.
#
# Apply it in the account that has the queue (the hub), in one region, with `organization_id` unless there is only one
# account. Apply it in every other account and region with `hub_event_bus_arn`, the output of the hub.
#
# EC2 API calls cause events only in accounts and regions with a trail of AWS CloudTrail that logs management events.
# State changes of machines and tag changes cause events without a trail.

variable "organization_id" {
  description = "Id of the organisation whose accounts send events, such as o-abcde12345; empty for this account alone"
  type        = string
  default     = ""
}

variable "hub_event_bus_arn" {
  description = "Where events are sent to; empty in the hub itself"
  type        = string
  default     = ""
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  is_hub = var.hub_event_bus_arn == "" ? 1 : 0
  target = local.is_hub == 1 ? aws_sqs_queue.netcensus[0].arn : var.hub_event_bus_arn

  netcensus_rules = {
    states = {
      source      = ["aws.ec2", "aws.tag"]
      detail-type = ["EC2 Instance State-change Notification", "Tag Change on Resource"]
    }
    calls = {
      source      = ["aws.ec2"]
      detail-type = ["AWS API Call via CloudTrail"]
      detail = {
        eventSource = ["ec2.amazonaws.com"]
        eventName = [
@CALLS@
        ]
      }
    }
  }
}

# Messages that were received fifty times and never removed.
resource "aws_sqs_queue" "netcensus_dead_letters" {
  count                     = local.is_hub
  name                      = "netcensus-events-dead-letters"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "netcensus" {
  count = local.is_hub
  name  = "netcensus-events"
  # As long as SQS allows: an outage of netcensus must not lose events.
  message_retention_seconds  = 1209600
  visibility_timeout_seconds = 120
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.netcensus_dead_letters[0].arn
    maxReceiveCount     = 50
  })
}

data "aws_iam_policy_document" "netcensus_queue" {
  count = local.is_hub
  statement {
    sid       = "EventsOfTheRulesBelow"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.netcensus[0].arn]
    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values = concat(
        [for rule in aws_cloudwatch_event_rule.netcensus : rule.arn],
        [aws_cloudwatch_event_rule.netcensus_from_spokes[0].arn],
      )
    }
  }
}

resource "aws_sqs_queue_policy" "netcensus" {
  count     = local.is_hub
  queue_url = aws_sqs_queue.netcensus[0].url
  policy    = data.aws_iam_policy_document.netcensus_queue[0].json
}

# The event bus that the other accounts and regions send events to.
resource "aws_cloudwatch_event_bus" "netcensus" {
  count = local.is_hub
  name  = "netcensus-events"
}

data "aws_iam_policy_document" "netcensus_bus" {
  count = local.is_hub
  statement {
    sid       = "OwnAccount"
    actions   = ["events:PutEvents"]
    resources = [aws_cloudwatch_event_bus.netcensus[0].arn]
    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }
  dynamic "statement" {
    for_each = var.organization_id == "" ? [] : [var.organization_id]
    content {
      sid       = "Organization"
      actions   = ["events:PutEvents"]
      resources = [aws_cloudwatch_event_bus.netcensus[0].arn]
      principals {
        type        = "*"
        identifiers = ["*"]
      }
      condition {
        test     = "StringEquals"
        variable = "aws:PrincipalOrgID"
        values   = [statement.value]
      }
    }
  }
}

resource "aws_cloudwatch_event_bus_policy" "netcensus" {
  count          = local.is_hub
  event_bus_name = aws_cloudwatch_event_bus.netcensus[0].name
  policy         = data.aws_iam_policy_document.netcensus_bus[0].json
}

resource "aws_cloudwatch_event_rule" "netcensus_from_spokes" {
  count          = local.is_hub
  name           = "netcensus-from-spokes"
  description    = "What other accounts and regions send, to the queue of netcensus"
  event_bus_name = aws_cloudwatch_event_bus.netcensus[0].name
  event_pattern  = jsonencode({ source = ["aws.ec2", "aws.tag"] })
}

resource "aws_cloudwatch_event_target" "netcensus_from_spokes" {
  count          = local.is_hub
  rule           = aws_cloudwatch_event_rule.netcensus_from_spokes[0].name
  event_bus_name = aws_cloudwatch_event_bus.netcensus[0].name
  arn            = aws_sqs_queue.netcensus[0].arn
}

# In the hub, send events to the queue; elsewhere, to the hub.
resource "aws_cloudwatch_event_rule" "netcensus" {
  for_each      = local.netcensus_rules
  name          = "netcensus-${each.key}"
  description   = "What changes networks and machines, for netcensus"
  event_pattern = jsonencode(each.value)
}

resource "aws_cloudwatch_event_target" "netcensus" {
  for_each = aws_cloudwatch_event_rule.netcensus
  rule     = each.value.name
  arn      = local.target
  role_arn = local.is_hub == 1 ? null : aws_iam_role.netcensus_spoke[0].arn
}

data "aws_iam_policy_document" "netcensus_spoke_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_iam_role" "netcensus_spoke" {
  count              = 1 - local.is_hub
  name               = "netcensus-events-${data.aws_region.current.id}"
  description        = "Lets EventBridge send events to the hub"
  assume_role_policy = data.aws_iam_policy_document.netcensus_spoke_trust.json
}

resource "aws_iam_role_policy" "netcensus_spoke" {
  count = 1 - local.is_hub
  name  = "send-to-the-hub"
  role  = aws_iam_role.netcensus_spoke[0].id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "events:PutEvents", Resource = var.hub_event_bus_arn }]
  })
}

# Attach it to the role that netcensus runs as.
resource "aws_iam_policy" "netcensus_read_queue" {
  count       = local.is_hub
  name        = "netcensus-read-queue"
  description = "Lets netcensus take events from its queue"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:ChangeMessageVisibility",
        "sqs:GetQueueAttributes",
      ]
      Resource = aws_sqs_queue.netcensus[0].arn
    }]
  })
}

output "netcensus_queue_flag" {
  description = "For netcensus watch"
  value       = local.is_hub == 1 ? "--queue aws:${aws_sqs_queue.netcensus[0].url}" : null
}

output "netcensus_hub_event_bus_arn" {
  description = "The variable hub_event_bus_arn in other accounts and regions"
  value       = local.is_hub == 1 ? aws_cloudwatch_event_bus.netcensus[0].arn : null
}

output "netcensus_read_queue_policy_arn" {
  description = "The policy for the role that netcensus runs as"
  value       = local.is_hub == 1 ? aws_iam_policy.netcensus_read_queue[0].arn : null
}
