"""Cartography's own fetch functions, without its database. Prints the number of items.

usage: peer_cartography.py PROFILES REGIONS   (both comma-separated; the environment says where AWS is)
"""

import sys

import boto3
from cartography.intel.aws.ec2 import instances, subnets, vpc

profiles, regions = (argument.split(",") for argument in sys.argv[1:3])
count = 0
for profile in profiles:
    session = boto3.Session(profile_name=profile)
    for region in regions:
        count += len(vpc.get_ec2_vpcs(session, region)) + len(subnets.get_subnet_data(session, region))
        count += sum(len(each["Instances"]) for each in instances.get_ec2_instances(session, region))
print(count)
