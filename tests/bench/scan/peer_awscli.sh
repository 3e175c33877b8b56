#!/bin/bash
# The AWS CLI for each profile, region and call, several at once. Prints the number of items.
# usage: peer_awscli.sh AWS AT_ONCE PROFILES REGIONS   (the last two comma-separated)
set -euo pipefail
aws=$1 at_once=$2 profiles=${3//,/ } regions=${4//,/ }
export aws AWS_PAGER=
for profile in $profiles; do
    for region in $regions; do
        echo "$profile $region describe-vpcs Vpcs[]"
        echo "$profile $region describe-subnets Subnets[]"
        echo "$profile $region describe-instances Reservations[].Instances[]"
    done
done | xargs -P "$at_once" -L 1 bash -c \
    '"$aws" --profile "$0" --region "$1" ec2 "$2" --query "length($3)" --output text' |
    awk '{ sum += $1 } END { print sum }'
