# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_netcensus_global_optspecs
    string join \n config= q/quiet v/verbose no-progress color= h/help V/version
end

function __fish_netcensus_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_netcensus_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_netcensus_using_subcommand
    set -l cmd (__fish_netcensus_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c netcensus -n "__fish_netcensus_needs_command" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_needs_command" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_needs_command" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_needs_command" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_needs_command" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_needs_command" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "scan" -d 'List networks, subnets, instances, interfaces or links'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "find" -d 'Find who has an address, a prefix, an id, a name or a MAC address'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "free" -d 'Find free prefixes: where is room for a network, and which prefix to take'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "overlap" -d 'Find addresses that overlap, and fail if they cause trouble'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "usage" -d 'Report how full subnets, networks and accounts are, and fail past a threshold'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "reserve" -d 'Hold a free prefix for a network that you will create'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "reservations" -d 'List reservations, and what became of them'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "release" -d 'Give a reservation back'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "diff" -d 'Compare two inventories'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "groups" -d 'List groups, which are saved searches, and their members'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "export" -d 'Write the inventory to files for spreadsheets, databases and other tools'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "snapshots" -d 'List, prune and verify saved snapshots'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "merge" -d 'Merge the inventories of several scans into one'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "sandbox" -d 'Serve emulated clouds on this machine, to try and test without an account'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "config" -d 'Check the configuration file, or show the effective settings'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "completions" -d 'Print a completion script for your shell'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "man" -d 'Write the manual pages'
complete -c netcensus -n "__fish_netcensus_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l from -d 'Read a saved inventory instead of the clouds: a file, @latest, @7d and so on, or `-` for standard input' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l max-age -d 'Reuse the newest matching snapshot if it is at most this old (e.g. 15m); otherwise scan' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l provider -d 'Read only this cloud: aws or azure; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l aws-profile -d 'Use this AWS profile; globs (`prod-*`), may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l aws-org-role -d 'Role to assume in the accounts of the organisation: name or path/name' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l aws-org-external-id -d 'External id that this role requires' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l aws-account -d 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l exclude-aws-account -d 'Do not read this AWS account: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l region -d 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l exclude-region -d 'Do not read this AWS region; globs, comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l azure-subscription -d 'Read only this Azure subscription: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l exclude-azure-subscription -d 'Do not read this Azure subscription: id, name or glob' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l azure-tenant -d 'Use this Azure tenant: id or domain; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l azure-api -d 'How to read Azure: auto, arm or resource-graph [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l azure-cloud -d 'Which Azure cloud: public, usgovernment or china [default: public]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l azure-resource-manager -d 'Resource manager URL of a private Azure or an emulator' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l azure-authority -d 'URL of the authority that issues its tokens' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l shard -d 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l concurrency -d 'How many reads (account x region x kind) run at once, or `auto` [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l timeout -d 'How long one read or one sign-in may take [default: 2m]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l store -d 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l estate -d 'Serve the accounts and networks of this TOML file instead of the built-in sample' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l generate -d 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l fault -d 'Make requests fail: KIND[@SELECTOR,...]; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l save -d 'Save the inventory as a snapshot, or write it to FILE' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l columns -d 'Show these columns in this order, comma-separated; `tag:KEY` shows a tag' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l sort -d 'Sort by these columns, comma-separated; `-NAME` sorts in descending order' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l filter -d 'Show only rows that match (e.g. region=eu-*); repeat it to require several conditions' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l group -d 'Show only members of this group of netcensus.toml; `A,B` is members of any of these' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l query -d 'Query the JSON document with JMESPath, as in the AWS and Azure CLIs' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -s o -l output -l format -d 'Format of the output [default: table; json with --query]' -r -f -a "table\t'Aligned columns for people, cut to the terminal'
json\t'The whole inventory document, which scan, overlap and export read with --from'
ndjson\t'One JSON object per line, for streams and log pipelines'
csv\t'Comma-separated values of one kind, every column'
tsv\t'Tab-separated values of one kind, every column'
markdown\t'GitHub tables for issues, wikis and reports'"
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l dry-run -d 'List the accounts, regions and API calls a scan would use, without reading resources'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l for-usage -d 'Also read what `netcensus usage --from` needs of a saved inventory: the CIDR reservations of AWS subnets'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l sandbox -d 'Read the built-in sandbox: sample clouds, no account needed'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l all-aws-profiles -d 'Use every AWS profile that defines credentials'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l aws-org -d 'Read every active account of the AWS organisation, through a role in each'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l all-azure-subscriptions -d 'Read every Azure subscription; it is an error if Azure cannot be read'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l wide -d 'Show every column in full width'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand scan" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l group -d 'Show only what is in this group of netcensus.toml; `A,B` is members of any of these' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l planned -d 'A prefix you plan to use; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l planned-file -d 'Prefixes you plan to use, from a CSV, JSON or TOML file; may be repeated' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l terraform-plan -d 'Networks that a Terraform plan creates, changes or destroys; may be repeated' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l from -d 'Read a saved inventory instead of the clouds: a file, @latest, @7d and so on, or `-` for standard input' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l max-age -d 'Reuse the newest matching snapshot if it is at most this old (e.g. 15m); otherwise scan' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l provider -d 'Read only this cloud: aws or azure; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l aws-profile -d 'Use this AWS profile; globs (`prod-*`), may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l aws-org-role -d 'Role to assume in the accounts of the organisation: name or path/name' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l aws-org-external-id -d 'External id that this role requires' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l aws-account -d 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l exclude-aws-account -d 'Do not read this AWS account: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l region -d 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l exclude-region -d 'Do not read this AWS region; globs, comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l azure-subscription -d 'Read only this Azure subscription: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l exclude-azure-subscription -d 'Do not read this Azure subscription: id, name or glob' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l azure-tenant -d 'Use this Azure tenant: id or domain; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l azure-api -d 'How to read Azure: auto, arm or resource-graph [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l azure-cloud -d 'Which Azure cloud: public, usgovernment or china [default: public]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l azure-resource-manager -d 'Resource manager URL of a private Azure or an emulator' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l azure-authority -d 'URL of the authority that issues its tokens' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l shard -d 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l concurrency -d 'How many reads (account x region x kind) run at once, or `auto` [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l timeout -d 'How long one read or one sign-in may take [default: 2m]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l store -d 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l estate -d 'Serve the accounts and networks of this TOML file instead of the built-in sample' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l generate -d 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l fault -d 'Make requests fail: KIND[@SELECTOR,...]; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -s o -l output -l format -d 'Format of the report [default: table]' -r -f -a "table\t'What has each thing, from the narrowest outwards, to read'
json\t'The whole report as one document'
ndjson\t'One JSON object per match and per answer, for streams and log pipelines'
csv\t'Comma-separated values, one row per match'
tsv\t'Tab-separated values, one row per match'
markdown\t'A table of matches for issues, wikis and reports'"
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l external -d 'Look in ranges outside the clouds too, from a CSV, JSON or TOML file; may be repeated' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l history -d 'Show who had it when, from the saved snapshots; no cloud is read'
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l skip-bad-rows -d 'Skip and list invalid rows of these files instead of stopping'
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l sandbox -d 'Read the built-in sandbox: sample clouds, no account needed'
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l all-aws-profiles -d 'Use every AWS profile that defines credentials'
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l aws-org -d 'Read every active account of the AWS organisation, through a role in each'
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l all-azure-subscriptions -d 'Read every Azure subscription; it is an error if Azure cannot be read'
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l wide -d 'Show every match in full'
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand find" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l size -d 'Print a free prefix of this size, and nothing else: a length such as 20 or /20, or more than 128 addresses' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l count -d 'Print so many prefixes, one a line' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l for -d 'Look in the pools that are for this, such as region=eu-west-1,env=prod' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l except -d 'Leave this prefix out, as if it were in use; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l reachable-from -d 'Count only networks that are joined to this one, by id or name; others may have the same addresses' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l why -d 'List what holds addresses of this prefix, and since when by the saved snapshots' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l require -d 'Fail with exit code 1 unless each pool can give a prefix of this size' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l plan -d 'Lay out the network that this file describes, with its subnets over zones' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l keep -d 'Keep what an earlier plan laid out: the file that -o json wrote' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l state -d 'Read this JSON document, or `-` for standard input; -o state writes it with the answer added' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l reservations -d 'File or DynamoDB table of reservations [default: reservations.json in the directory of snapshots]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l planned -d 'A prefix you plan to use; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l planned-file -d 'Prefixes you plan to use, from a CSV, JSON or TOML file; may be repeated' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l terraform-plan -d 'Networks that a Terraform plan creates, changes or destroys; may be repeated' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l from -d 'Read a saved inventory instead of the clouds: a file, @latest, @7d and so on, or `-` for standard input' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l max-age -d 'Reuse the newest matching snapshot if it is at most this old (e.g. 15m); otherwise scan' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l provider -d 'Read only this cloud: aws or azure; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l aws-profile -d 'Use this AWS profile; globs (`prod-*`), may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l aws-org-role -d 'Role to assume in the accounts of the organisation: name or path/name' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l aws-org-external-id -d 'External id that this role requires' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l aws-account -d 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l exclude-aws-account -d 'Do not read this AWS account: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l region -d 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l exclude-region -d 'Do not read this AWS region; globs, comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l azure-subscription -d 'Read only this Azure subscription: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l exclude-azure-subscription -d 'Do not read this Azure subscription: id, name or glob' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l azure-tenant -d 'Use this Azure tenant: id or domain; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l azure-api -d 'How to read Azure: auto, arm or resource-graph [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l azure-cloud -d 'Which Azure cloud: public, usgovernment or china [default: public]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l azure-resource-manager -d 'Resource manager URL of a private Azure or an emulator' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l azure-authority -d 'URL of the authority that issues its tokens' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l shard -d 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l concurrency -d 'How many reads (account x region x kind) run at once, or `auto` [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l timeout -d 'How long one read or one sign-in may take [default: 2m]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l store -d 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l estate -d 'Serve the accounts and networks of this TOML file instead of the built-in sample' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l generate -d 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l fault -d 'Make requests fail: KIND[@SELECTOR,...]; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -s o -l output -l format -d 'Format of the report [default: table]' -r -f -a "table\t'Holes with what is around them, to read; only the prefixes with --size'
json\t'The whole report as one document'
ndjson\t'One JSON object per hole, prefix and answer, for streams and log pipelines'
csv\t'Comma-separated values, one row per hole or prefix'
tsv\t'Tab-separated values, one row per hole or prefix'
markdown\t'A table of holes or prefixes for issues, wikis and reports'
tfvars\t'Variables of Terraform and OpenTofu: prefixes, or a network with its subnets'
cloudformation\t'Parameters of a CloudFormation stack'
arm-parameters\t'A parameter file of Azure Resource Manager and Bicep'
terraform-external\t'An answer for the external data source of Terraform: one object of strings'
state\t'The document of --state with the answer and its evidence added, for the next step of a pipe'"
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l external -d 'Ranges outside the clouds, from a CSV, JSON or TOML file; may be repeated' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l from-end -d 'Begin at the end of the pool'
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l first-fit -d 'Take the first free place, even if that breaks a large one'
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l allow-incomplete -d 'Answer and exit with 0 or 1 even if the scan is incomplete; the prefixes may be in use'
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l skip-bad-rows -d 'Skip and list invalid rows of these files instead of stopping'
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l sandbox -d 'Read the built-in sandbox: sample clouds, no account needed'
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l all-aws-profiles -d 'Use every AWS profile that defines credentials'
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l aws-org -d 'Read every active account of the AWS organisation, through a role in each'
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l all-azure-subscriptions -d 'Read every Azure subscription; it is an error if Azure cannot be read'
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l wide -d 'Show every hole'
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand free" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l level -d 'What to compare [default: networks; all if a Terraform plan has subnets]' -r -f -a "networks\t''
subnets\t''
all\t''"
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l between -d 'Compare only networks that match the first filter with networks that match the second' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l external -d 'Compare with ranges outside the clouds, from a CSV, JSON or TOML file; may be repeated' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l planned -d 'A prefix you plan to use; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l planned-file -d 'Prefixes you plan to use, from a CSV, JSON or TOML file; may be repeated' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l terraform-plan -d 'Networks that a Terraform plan creates, changes or destroys; may be repeated' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l reservations -d 'File or DynamoDB table of reservations [default: reservations.json in the directory of snapshots]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l fail-on -d 'Fail on these classes, comma-separated: by name or code, `all` or `none` [default: all but default-network, reserved]' -r -f -a "connected\t'Connected networks use the same addresses, so some cannot be reached'
planned\t'A planned prefix overlaps existing addresses'
external\t'A range outside the clouds uses the same addresses'
reservation-taken\t'Something uses addresses that are reserved for another network'
latent\t'Unconnected networks use the same addresses, so they cannot be connected'
outside-network\t'A subnet lies outside the network that it belongs to'
default-network\t'Default or shared address space is used again, as the clouds do by design'
reserved\t'A network uses special-purpose addresses, which breaks clients in it'
all\t'Every class'
none\t'No class: findings are reported and pass'"
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l baseline -d 'Fail only on findings that this file does not list' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l notify -d 'Tell a channel what became of it since the last time; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l from -d 'Read a saved inventory instead of the clouds: a file, @latest, @7d and so on, or `-` for standard input' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l max-age -d 'Reuse the newest matching snapshot if it is at most this old (e.g. 15m); otherwise scan' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l provider -d 'Read only this cloud: aws or azure; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l aws-profile -d 'Use this AWS profile; globs (`prod-*`), may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l aws-org-role -d 'Role to assume in the accounts of the organisation: name or path/name' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l aws-org-external-id -d 'External id that this role requires' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l aws-account -d 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l exclude-aws-account -d 'Do not read this AWS account: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l region -d 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l exclude-region -d 'Do not read this AWS region; globs, comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l azure-subscription -d 'Read only this Azure subscription: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l exclude-azure-subscription -d 'Do not read this Azure subscription: id, name or glob' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l azure-tenant -d 'Use this Azure tenant: id or domain; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l azure-api -d 'How to read Azure: auto, arm or resource-graph [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l azure-cloud -d 'Which Azure cloud: public, usgovernment or china [default: public]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l azure-resource-manager -d 'Resource manager URL of a private Azure or an emulator' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l azure-authority -d 'URL of the authority that issues its tokens' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l shard -d 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l concurrency -d 'How many reads (account x region x kind) run at once, or `auto` [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l timeout -d 'How long one read or one sign-in may take [default: 2m]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l store -d 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l estate -d 'Serve the accounts and networks of this TOML file instead of the built-in sample' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l generate -d 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l fault -d 'Make requests fail: KIND[@SELECTOR,...]; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -s o -l output -l format -d 'Format of the report, or FORMAT=FILE to write it to a file; comma-separated [default: table]' -r -f -a "table\t'Findings with their members, to read'
json\t'The whole report as one document'
ndjson\t'One JSON object per finding, for streams and log pipelines'
csv\t'Comma-separated values, one row per member of a finding'
tsv\t'Tab-separated values, one row per member of a finding'
markdown\t'A comment for a pull request'
sarif\t'SARIF 2.1.0 for code scanning'
junit\t'JUnit XML, which Jenkins and GitLab read as test results'
github\t'Annotations for a run of GitHub Actions'"
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l explain -d 'Print what a finding means and what to do about it, by its code or class, such as NC102; nothing is read' -r -f -a "connected\t'Connected networks use the same addresses, so some cannot be reached'
planned\t'A planned prefix overlaps existing addresses'
external\t'A range outside the clouds uses the same addresses'
reservation-taken\t'Something uses addresses that are reserved for another network'
latent\t'Unconnected networks use the same addresses, so they cannot be connected'
outside-network\t'A subnet lies outside the network that it belongs to'
default-network\t'Default or shared address space is used again, as the clouds do by design'
reserved\t'A network uses special-purpose addresses, which breaks clients in it'"
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l skip-bad-rows -d 'Skip and list invalid rows of these files instead of stopping'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l allow-incomplete -d 'Exit with 0 even if the scan is incomplete; the report lists what is missing'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l write-baseline -d 'Write all findings of this run to the file of --baseline, so that they pass from now on'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l notify-dry-run -d 'Print on standard error what --notify would send, and send nothing'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l sandbox -d 'Read the built-in sandbox: sample clouds, no account needed'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l all-aws-profiles -d 'Use every AWS profile that defines credentials'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l aws-org -d 'Read every active account of the AWS organisation, through a role in each'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l all-azure-subscriptions -d 'Read every Azure subscription; it is an error if Azure cannot be read'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l wide -d 'Show every member of a finding, and ids in full'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l summary -d 'Print one line instead of the report'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand overlap" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l warn -d 'Warn at these limits: percent used, `free<N` addresses, `blocks<N` free /28 blocks; comma-separated [default: 80]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l critical -d 'Call it critical at these limits, as with --warn [default: 90]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l fail-on -d 'What fails: `warning`, `critical`, `none`, or a time until full (full-in=30d); comma-separated [default: critical]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l notify -d 'Tell a channel what became of it since the last time; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l from -d 'Read a saved inventory instead of the clouds: a file, @latest, @7d and so on, or `-` for standard input' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l max-age -d 'Reuse the newest matching snapshot if it is at most this old (e.g. 15m); otherwise scan' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l provider -d 'Read only this cloud: aws or azure; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l aws-profile -d 'Use this AWS profile; globs (`prod-*`), may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l aws-org-role -d 'Role to assume in the accounts of the organisation: name or path/name' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l aws-org-external-id -d 'External id that this role requires' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l aws-account -d 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l exclude-aws-account -d 'Do not read this AWS account: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l region -d 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l exclude-region -d 'Do not read this AWS region; globs, comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l azure-subscription -d 'Read only this Azure subscription: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l exclude-azure-subscription -d 'Do not read this Azure subscription: id, name or glob' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l azure-tenant -d 'Use this Azure tenant: id or domain; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l azure-api -d 'How to read Azure: auto, arm or resource-graph [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l azure-cloud -d 'Which Azure cloud: public, usgovernment or china [default: public]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l azure-resource-manager -d 'Resource manager URL of a private Azure or an emulator' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l azure-authority -d 'URL of the authority that issues its tokens' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l shard -d 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l concurrency -d 'How many reads (account x region x kind) run at once, or `auto` [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l timeout -d 'How long one read or one sign-in may take [default: 2m]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l store -d 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l estate -d 'Serve the accounts and networks of this TOML file instead of the built-in sample' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l generate -d 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l fault -d 'Make requests fail: KIND[@SELECTOR,...]; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -s o -l output -l format -d 'Format of the report, or FORMAT=FILE to write it to a file; comma-separated [default: table]' -r -f -a "table\t'A row each, the fullest first, to read'
json\t'The whole report as one document'
ndjson\t'One JSON object per row, for streams and log pipelines'
csv\t'Comma-separated values, every number'
tsv\t'Tab-separated values, every number'
markdown\t'A table for issues, wikis and reports'
sarif\t'SARIF 2.1.0 for code scanning'
junit\t'JUnit XML, which Jenkins and GitLab read as test results'
github\t'Annotations for a run of GitHub Actions'
openmetrics\t'Metrics for Prometheus, such as a file of node_exporter\'s textfile collector'"
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l forecast -d 'Tell from saved snapshots how usage changed and when it will be full'
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l notify-dry-run -d 'Print on standard error what --notify would send, and send nothing'
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l sandbox -d 'Read the built-in sandbox: sample clouds, no account needed'
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l all-aws-profiles -d 'Use every AWS profile that defines credentials'
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l aws-org -d 'Read every active account of the AWS organisation, through a role in each'
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l all-azure-subscriptions -d 'Read every Azure subscription; it is an error if Azure cannot be read'
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l wide -d 'Show every row and column in full width'
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand usage" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l size -d 'Size of the prefix: a length such as 20 or /20, or a number of addresses above 128' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l name -d 'Name of the reservation: asked for again, it gives the same prefix' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l owner -d 'Who holds it, such as a team' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l for -d 'How long it is held (e.g. 12h, 14d) [default: 14d]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l reason -d 'What it is for' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l reservations -d 'File or DynamoDB table of reservations [default: reservations.json in the directory of snapshots]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l planned -d 'A prefix you plan to use; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l planned-file -d 'Prefixes you plan to use, from a CSV, JSON or TOML file; may be repeated' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l terraform-plan -d 'Networks that a Terraform plan creates, changes or destroys; may be repeated' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l from -d 'Read a saved inventory instead of the clouds: a file, @latest, @7d and so on, or `-` for standard input' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l max-age -d 'Reuse the newest matching snapshot if it is at most this old (e.g. 15m); otherwise scan' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l provider -d 'Read only this cloud: aws or azure; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l aws-profile -d 'Use this AWS profile; globs (`prod-*`), may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l aws-org-role -d 'Role to assume in the accounts of the organisation: name or path/name' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l aws-org-external-id -d 'External id that this role requires' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l aws-account -d 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l exclude-aws-account -d 'Do not read this AWS account: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l region -d 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l exclude-region -d 'Do not read this AWS region; globs, comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l azure-subscription -d 'Read only this Azure subscription: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l exclude-azure-subscription -d 'Do not read this Azure subscription: id, name or glob' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l azure-tenant -d 'Use this Azure tenant: id or domain; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l azure-api -d 'How to read Azure: auto, arm or resource-graph [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l azure-cloud -d 'Which Azure cloud: public, usgovernment or china [default: public]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l azure-resource-manager -d 'Resource manager URL of a private Azure or an emulator' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l azure-authority -d 'URL of the authority that issues its tokens' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l shard -d 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l concurrency -d 'How many reads (account x region x kind) run at once, or `auto` [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l timeout -d 'How long one read or one sign-in may take [default: 2m]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l store -d 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l estate -d 'Serve the accounts and networks of this TOML file instead of the built-in sample' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l generate -d 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l fault -d 'Make requests fail: KIND[@SELECTOR,...]; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -s o -l output -l format -d 'Format of the output; a table is the prefix alone [default: table]' -r -f -a "table\t'Aligned columns for people, cut to the terminal'
json\t'One JSON document'
ndjson\t'One JSON object per line, for streams and log pipelines'
csv\t'Comma-separated values'
tsv\t'Tab-separated values'
markdown\t'GitHub tables for issues, wikis and reports'"
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l external -d 'Ranges outside the clouds, from a CSV, JSON or TOML file; may be repeated' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l from-end -d 'Begin at the end'
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l first-fit -d 'Take the first free place, even if that breaks a large one'
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l allow-incomplete -d 'Reserve even if the scan is incomplete; the prefix may be in use'
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l skip-bad-rows -d 'Skip and list invalid rows of these files instead of stopping'
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l sandbox -d 'Read the built-in sandbox: sample clouds, no account needed'
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l all-aws-profiles -d 'Use every AWS profile that defines credentials'
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l aws-org -d 'Read every active account of the AWS organisation, through a role in each'
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l all-azure-subscriptions -d 'Read every Azure subscription; it is an error if Azure cannot be read'
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand reserve" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l from -d 'Read a saved inventory instead of the clouds: a file, @latest, @7d and so on, or `-` for standard input' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l max-age -d 'Reuse the newest matching snapshot if it is at most this old (e.g. 15m); otherwise scan' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l provider -d 'Read only this cloud: aws or azure; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l aws-profile -d 'Use this AWS profile; globs (`prod-*`), may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l aws-org-role -d 'Role to assume in the accounts of the organisation: name or path/name' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l aws-org-external-id -d 'External id that this role requires' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l aws-account -d 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l exclude-aws-account -d 'Do not read this AWS account: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l region -d 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l exclude-region -d 'Do not read this AWS region; globs, comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l azure-subscription -d 'Read only this Azure subscription: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l exclude-azure-subscription -d 'Do not read this Azure subscription: id, name or glob' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l azure-tenant -d 'Use this Azure tenant: id or domain; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l azure-api -d 'How to read Azure: auto, arm or resource-graph [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l azure-cloud -d 'Which Azure cloud: public, usgovernment or china [default: public]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l azure-resource-manager -d 'Resource manager URL of a private Azure or an emulator' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l azure-authority -d 'URL of the authority that issues its tokens' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l shard -d 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l concurrency -d 'How many reads (account x region x kind) run at once, or `auto` [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l timeout -d 'How long one read or one sign-in may take [default: 2m]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l store -d 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l estate -d 'Serve the accounts and networks of this TOML file instead of the built-in sample' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l generate -d 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l fault -d 'Make requests fail: KIND[@SELECTOR,...]; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l reservations -d 'File or DynamoDB table of reservations [default: reservations.json in the directory of snapshots]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -s o -l output -l format -d 'Format of the output [default: table]' -r -f -a "table\t'Aligned columns for people, cut to the terminal'
json\t'One JSON document'
ndjson\t'One JSON object per line, for streams and log pipelines'
csv\t'Comma-separated values'
tsv\t'Tab-separated values'
markdown\t'GitHub tables for issues, wikis and reports'"
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l unchecked -d 'List what is stored, without comparing it with an inventory'
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l sandbox -d 'Read the built-in sandbox: sample clouds, no account needed'
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l all-aws-profiles -d 'Use every AWS profile that defines credentials'
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l aws-org -d 'Read every active account of the AWS organisation, through a role in each'
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l all-azure-subscriptions -d 'Read every Azure subscription; it is an error if Azure cannot be read'
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l wide -d 'Show every column in full width'
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand reservations" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand release" -l owner -d 'Release it only if it has this owner' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand release" -l reservations -d 'File or DynamoDB table of reservations [default: reservations.json in the directory of snapshots]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand release" -l store -d 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand release" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand release" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand release" -l sandbox -d 'Release a reservation that was made with --sandbox'
complete -c netcensus -n "__fish_netcensus_using_subcommand release" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand release" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand release" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand release" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand release" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l kind -d 'Compare only these kinds, comma-separated [default: all that both have]' -r -f -a "networks\t''
subnets\t''
instances\t''
interfaces\t''
links\t''"
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l only -d 'Report only these types of changes, comma-separated; --exit-code ignores the others' -r -f -a "added\t''
removed\t''
changed\t''
moved\t''
replaced\t''"
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l filter -d 'Compare only rows that match before or after; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l group -d 'Report who joined and left this group of netcensus.toml, and changes of its members; `A,B` is any of these' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l ignore -d 'Ignore changes of this field: FIELD, KIND.FIELD or tag:KEY, with globs; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l notify -d 'Tell a channel what became of it since the last time; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l provider -d 'Read only this cloud: aws or azure; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l aws-profile -d 'Use this AWS profile; globs (`prod-*`), may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l aws-org-role -d 'Role to assume in the accounts of the organisation: name or path/name' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l aws-org-external-id -d 'External id that this role requires' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l aws-account -d 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l exclude-aws-account -d 'Do not read this AWS account: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l region -d 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l exclude-region -d 'Do not read this AWS region; globs, comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l azure-subscription -d 'Read only this Azure subscription: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l exclude-azure-subscription -d 'Do not read this Azure subscription: id, name or glob' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l azure-tenant -d 'Use this Azure tenant: id or domain; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l azure-api -d 'How to read Azure: auto, arm or resource-graph [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l azure-cloud -d 'Which Azure cloud: public, usgovernment or china [default: public]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l azure-resource-manager -d 'Resource manager URL of a private Azure or an emulator' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l azure-authority -d 'URL of the authority that issues its tokens' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l shard -d 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l concurrency -d 'How many reads (account x region x kind) run at once, or `auto` [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l timeout -d 'How long one read or one sign-in may take [default: 2m]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l store -d 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l estate -d 'Serve the accounts and networks of this TOML file instead of the built-in sample' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l generate -d 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l fault -d 'Make requests fail: KIND[@SELECTOR,...]; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -s o -l output -l format -d 'Format of the report, or FORMAT=FILE to write it to a file; comma-separated [default: table]' -r -f -a "table\t'Changes by account and region, to read'
json\t'The whole report as one document'
ndjson\t'One JSON object per change, for streams and log pipelines'
csv\t'Comma-separated values, one row per changed field'
tsv\t'Tab-separated values, one row per changed field'
markdown\t'A comment for a pull request or a page of a wiki'"
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l max-age -d 'For `live`, use the newest snapshot of the same scope if it is at most this old (e.g. 15m); otherwise scan' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l all-fields -d 'Compare every field except those of --ignore'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l exit-code -d 'Exit with 1 if something differs, as `git diff --exit-code` does'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l notify-dry-run -d 'Print on standard error what --notify would send, and send nothing'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l all-aws-profiles -d 'Use every AWS profile that defines credentials'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l aws-org -d 'Read every active account of the AWS organisation, through a role in each'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l all-azure-subscriptions -d 'Read every Azure subscription; it is an error if Azure cannot be read'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l wide -d 'Show every change, and values in full'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l sandbox -d 'Read the built-in sandbox for `live`: sample clouds, no account needed'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand diff" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l kind -d 'List only members of these kinds, comma-separated [default: all that can be in the group]' -r -f -a "networks\t''
subnets\t''
instances\t''
interfaces\t''
links\t''"
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l from -d 'Read a saved inventory instead of the clouds: a file, @latest, @7d and so on, or `-` for standard input' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l max-age -d 'Reuse the newest matching snapshot if it is at most this old (e.g. 15m); otherwise scan' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l provider -d 'Read only this cloud: aws or azure; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l aws-profile -d 'Use this AWS profile; globs (`prod-*`), may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l aws-org-role -d 'Role to assume in the accounts of the organisation: name or path/name' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l aws-org-external-id -d 'External id that this role requires' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l aws-account -d 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l exclude-aws-account -d 'Do not read this AWS account: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l region -d 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l exclude-region -d 'Do not read this AWS region; globs, comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l azure-subscription -d 'Read only this Azure subscription: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l exclude-azure-subscription -d 'Do not read this Azure subscription: id, name or glob' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l azure-tenant -d 'Use this Azure tenant: id or domain; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l azure-api -d 'How to read Azure: auto, arm or resource-graph [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l azure-cloud -d 'Which Azure cloud: public, usgovernment or china [default: public]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l azure-resource-manager -d 'Resource manager URL of a private Azure or an emulator' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l azure-authority -d 'URL of the authority that issues its tokens' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l shard -d 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l concurrency -d 'How many reads (account x region x kind) run at once, or `auto` [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l timeout -d 'How long one read or one sign-in may take [default: 2m]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l store -d 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l estate -d 'Serve the accounts and networks of this TOML file instead of the built-in sample' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l generate -d 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l fault -d 'Make requests fail: KIND[@SELECTOR,...]; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -s o -l output -l format -d 'Format of the output [default: table; json with --query]' -r -f -a "table\t'Aligned columns for people, cut to the terminal'
json\t'The whole inventory document, which scan, overlap and export read with --from'
ndjson\t'One JSON object per line, for streams and log pipelines'
csv\t'Comma-separated values of one kind, every column'
tsv\t'Tab-separated values of one kind, every column'
markdown\t'GitHub tables for issues, wikis and reports'"
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l columns -d 'Show these columns in this order, comma-separated; `tag:KEY` shows a tag' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l sort -d 'Sort by these columns, comma-separated; `-NAME` sorts in descending order' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l filter -d 'Show only rows that match (e.g. region=eu-*); repeat it to require several conditions' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l group -d 'Show only members of this group of netcensus.toml; `A,B` is members of any of these' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l query -d 'Query the JSON document with JMESPath, as in the AWS and Azure CLIs' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l sandbox -d 'Read the built-in sandbox: sample clouds, no account needed'
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l all-aws-profiles -d 'Use every AWS profile that defines credentials'
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l aws-org -d 'Read every active account of the AWS organisation, through a role in each'
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l all-azure-subscriptions -d 'Read every Azure subscription; it is an error if Azure cannot be read'
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l wide -d 'Show every column in full width'
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand groups" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l to -d 'Write to this file or directory; `-` is standard output' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l append-history -d 'Add the rows of one --kind to this CSV file, with the day in the first column' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -s o -l format -l output -d 'Formats, comma-separated [default: by the extension of the file; csv in a directory]' -r -f -a "json\t'The whole inventory document, which scan, overlap and export read with --from'
ndjson\t'One JSON object per line, its kind in `record`'
csv\t'Comma-separated values (RFC 4180), a file for each kind'
tsv\t'Tab-separated values, a file for each kind'
xlsx\t'A workbook: a sheet for each kind, a summary, the collisions, the coverage'
parquet\t'A table for each kind, day and cloud, for DuckDB, Athena, Trino and Spark'
sqlite\t'A database: a table for each kind, the collisions, the coverage, and views for SQL'
ansible\t'Instances as a static Ansible inventory, in YAML'
prometheus\t'Instances as Prometheus targets, for file_sd_configs'
html\t'A page: a picture of the address space, collisions, free space, tables to search'"
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l kind -d 'Write only these kinds, comma-separated [default: all]' -r -f -a "networks\t''
subnets\t''
instances\t''
interfaces\t''
links\t''"
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l group -d 'Write only members of this group of netcensus.toml; `A,B` is members of any of these' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l template -d 'Use the kinds and columns of this template in netcensus.toml' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l tag-columns -d 'Write a column for each of these tags, comma-separated, instead of one column for all tags' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l delimiter -d 'Delimiter of CSV: one character, or `tab` [default: ,]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l address -d 'Which address of a machine to write for ansible and prometheus [default: private]' -r -f -a "private\t''
public\t''"
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l port -d 'Port to add to each address for prometheus [default: none; relabelling may add one]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l min-rows -d 'Refuse to write fewer rows than this, in total or as KIND=N; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l max-drop -d 'Refuse to replace an export if the rows of a kind drop by more than this (e.g. 20%)' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l from -d 'Read a saved inventory instead of the clouds: a file, @latest, @7d and so on, or `-` for standard input' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l max-age -d 'Reuse the newest matching snapshot if it is at most this old (e.g. 15m); otherwise scan' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l provider -d 'Read only this cloud: aws or azure; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l aws-profile -d 'Use this AWS profile; globs (`prod-*`), may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l aws-org-role -d 'Role to assume in the accounts of the organisation: name or path/name' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l aws-org-external-id -d 'External id that this role requires' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l aws-account -d 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l exclude-aws-account -d 'Do not read this AWS account: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l region -d 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l exclude-region -d 'Do not read this AWS region; globs, comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l azure-subscription -d 'Read only this Azure subscription: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l exclude-azure-subscription -d 'Do not read this Azure subscription: id, name or glob' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l azure-tenant -d 'Use this Azure tenant: id or domain; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l azure-api -d 'How to read Azure: auto, arm or resource-graph [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l azure-cloud -d 'Which Azure cloud: public, usgovernment or china [default: public]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l azure-resource-manager -d 'Resource manager URL of a private Azure or an emulator' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l azure-authority -d 'URL of the authority that issues its tokens' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l shard -d 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l concurrency -d 'How many reads (account x region x kind) run at once, or `auto` [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l timeout -d 'How long one read or one sign-in may take [default: 2m]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l store -d 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l estate -d 'Serve the accounts and networks of this TOML file instead of the built-in sample' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l generate -d 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l fault -d 'Make requests fail: KIND[@SELECTOR,...]; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l all-tags -d 'Write a column for every tag'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l bom -d 'Begin CSV files with a byte order mark, so that Excel reads them as UTF-8'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l raw-formulas -d 'Do not escape cells that look like formulas'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l allow-incomplete -d 'Write an incomplete inventory too; the exit code is still 3'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l sandbox -d 'Read the built-in sandbox: sample clouds, no account needed'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l all-aws-profiles -d 'Use every AWS profile that defines credentials'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l aws-org -d 'Read every active account of the AWS organisation, through a role in each'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l all-azure-subscriptions -d 'Read every Azure subscription; it is an error if Azure cannot be read'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand export" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -l store -d 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -s o -l output -l format -d 'Format of the list [default: table]' -r -f -a "table\t'Aligned columns for people, cut to the terminal'
json\t'One JSON document'
ndjson\t'One JSON object per line, for streams and log pipelines'
csv\t'Comma-separated values'
tsv\t'Tab-separated values'
markdown\t'GitHub tables for issues, wikis and reports'"
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -f -a "list" -d 'List saved snapshots, newest first'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -f -a "prune" -d 'Remove old snapshots'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -f -a "verify" -d 'Read snapshots completely and report damaged ones'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and not __fish_seen_subcommand_from list prune verify help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from list" -l store -d 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from list" -s o -l output -l format -d 'Format of the list [default: table]' -r -f -a "table\t'Aligned columns for people, cut to the terminal'
json\t'One JSON document'
ndjson\t'One JSON object per line, for streams and log pipelines'
csv\t'Comma-separated values'
tsv\t'Tab-separated values'
markdown\t'GitHub tables for issues, wikis and reports'"
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from list" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from list" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from list" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -l keep-last -d 'Keep the newest N snapshots of each scope, and the newest complete one' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -l keep-days -d 'Keep snapshots that are younger than D days' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -l store -d 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -s o -l output -l format -d 'Format of the list [default: table]' -r -f -a "table\t'Aligned columns for people, cut to the terminal'
json\t'One JSON document'
ndjson\t'One JSON object per line, for streams and log pipelines'
csv\t'Comma-separated values'
tsv\t'Tab-separated values'
markdown\t'GitHub tables for issues, wikis and reports'"
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -l dry-run -d 'List what would be removed, without removing it'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from prune" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from verify" -l store -d 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from verify" -s o -l output -l format -d 'Format of the list [default: table]' -r -f -a "table\t'Aligned columns for people, cut to the terminal'
json\t'One JSON document'
ndjson\t'One JSON object per line, for streams and log pipelines'
csv\t'Comma-separated values'
tsv\t'Tab-separated values'
markdown\t'GitHub tables for issues, wikis and reports'"
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from verify" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from verify" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from verify" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from verify" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from help" -f -a "list" -d 'List saved snapshots, newest first'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from help" -f -a "prune" -d 'Remove old snapshots'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from help" -f -a "verify" -d 'Read snapshots completely and report damaged ones'
complete -c netcensus -n "__fish_netcensus_using_subcommand snapshots; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netcensus -n "__fish_netcensus_using_subcommand merge" -s o -l output -l format -d 'Format of the output: only json, the inventory document' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand merge" -l store -d 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand merge" -l save -d 'Save the inventory as a snapshot, or write it to FILE' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand merge" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand merge" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand merge" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand merge" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand merge" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand merge" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -l port -d 'TCP port to listen on; 0 picks a free one' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -l ca-file -d 'Write the certificate of that authority to this file (PEM) [default: a temporary file]' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -l config-file -d 'Write an AWS configuration file with one profile per account, and point clients to it' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -l estate -d 'Serve the accounts and networks of this TOML file instead of the built-in sample' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -l generate -d 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -l fault -d 'Make requests fail: KIND[@SELECTOR,...]; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -l tls -d 'Serve HTTPS, with a new certificate authority'
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand sandbox" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from init check show help" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from init check show help" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from init check show help" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from init check show help" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from init check show help" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from init check show help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from init check show help" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from init check show help" -f -a "init" -d 'Write a configuration file with every key as a comment'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from init check show help" -f -a "check" -d 'Check a configuration file and print every problem'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from init check show help" -f -a "show" -d 'Show the effective settings and where each comes from'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and not __fish_seen_subcommand_from init check show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from init" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from init" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from init" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from init" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from init" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from init" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from check" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from check" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from check" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from check" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l provider -d 'Read only this cloud: aws or azure; comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l aws-profile -d 'Use this AWS profile; globs (`prod-*`), may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l aws-org-role -d 'Role to assume in the accounts of the organisation: name or path/name' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l aws-org-external-id -d 'External id that this role requires' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l aws-account -d 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l exclude-aws-account -d 'Do not read this AWS account: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l region -d 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l exclude-region -d 'Do not read this AWS region; globs, comma-separated or repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l azure-subscription -d 'Read only this Azure subscription: id, name or glob; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l exclude-azure-subscription -d 'Do not read this Azure subscription: id, name or glob' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l azure-tenant -d 'Use this Azure tenant: id or domain; may be repeated' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l azure-api -d 'How to read Azure: auto, arm or resource-graph [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l azure-cloud -d 'Which Azure cloud: public, usgovernment or china [default: public]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l azure-resource-manager -d 'Resource manager URL of a private Azure or an emulator' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l azure-authority -d 'URL of the authority that issues its tokens' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l concurrency -d 'How many reads (account x region x kind) run at once, or `auto` [default: auto]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l timeout -d 'How long one read or one sign-in may take [default: 2m]' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -s o -l output -l format -d 'Format of the output' -r -f -a "toml\t'A configuration file, with the origin of each value as a comment'
json\t'One JSON object, keyed by dotted name'"
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l shard -d 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines' -r
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l all-aws-profiles -d 'Use every AWS profile that defines credentials'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l aws-org -d 'Read every active account of the AWS organisation, through a role in each'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l all-azure-subscriptions -d 'Read every Azure subscription; it is an error if Azure cannot be read'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "init" -d 'Write a configuration file with every key as a comment'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check a configuration file and print every problem'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show the effective settings and where each comes from'
complete -c netcensus -n "__fish_netcensus_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netcensus -n "__fish_netcensus_using_subcommand completions" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand completions" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand completions" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand completions" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand completions" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand completions" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand man" -l config -d 'Read this configuration file' -r -F
complete -c netcensus -n "__fish_netcensus_using_subcommand man" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c netcensus -n "__fish_netcensus_using_subcommand man" -s q -l quiet -d 'Suppress progress, notes and warnings'
complete -c netcensus -n "__fish_netcensus_using_subcommand man" -s v -l verbose -d 'Log what netcensus does; -vv also logs every request'
complete -c netcensus -n "__fish_netcensus_using_subcommand man" -l no-progress -d 'Hide the progress line'
complete -c netcensus -n "__fish_netcensus_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netcensus -n "__fish_netcensus_using_subcommand man" -s V -l version -d 'Print version'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan find free overlap usage reserve reservations release diff groups export snapshots merge sandbox config completions man help" -f -a "scan" -d 'List networks, subnets, instances, interfaces or links'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan find free overlap usage reserve reservations release diff groups export snapshots merge sandbox config completions man help" -f -a "find" -d 'Find who has an address, a prefix, an id, a name or a MAC address'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan find free overlap usage reserve reservations release diff groups export snapshots merge sandbox config completions man help" -f -a "free" -d 'Find free prefixes: where is room for a network, and which prefix to take'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan find free overlap usage reserve reservations release diff groups export snapshots merge sandbox config completions man help" -f -a "overlap" -d 'Find addresses that overlap, and fail if they cause trouble'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan find free overlap usage reserve reservations release diff groups export snapshots merge sandbox config completions man help" -f -a "usage" -d 'Report how full subnets, networks and accounts are, and fail past a threshold'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan find free overlap usage reserve reservations release diff groups export snapshots merge sandbox config completions man help" -f -a "reserve" -d 'Hold a free prefix for a network that you will create'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan find free overlap usage reserve reservations release diff groups export snapshots merge sandbox config completions man help" -f -a "reservations" -d 'List reservations, and what became of them'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan find free overlap usage reserve reservations release diff groups export snapshots merge sandbox config completions man help" -f -a "release" -d 'Give a reservation back'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan find free overlap usage reserve reservations release diff groups export snapshots merge sandbox config completions man help" -f -a "diff" -d 'Compare two inventories'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan find free overlap usage reserve reservations release diff groups export snapshots merge sandbox config completions man help" -f -a "groups" -d 'List groups, which are saved searches, and their members'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan find free overlap usage reserve reservations release diff groups export snapshots merge sandbox config completions man help" -f -a "export" -d 'Write the inventory to files for spreadsheets, databases and other tools'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan find free overlap usage reserve reservations release diff groups export snapshots merge sandbox config completions man help" -f -a "snapshots" -d 'List, prune and verify saved snapshots'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan find free overlap usage reserve reservations release diff groups export snapshots merge sandbox config completions man help" -f -a "merge" -d 'Merge the inventories of several scans into one'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan find free overlap usage reserve reservations release diff groups export snapshots merge sandbox config completions man help" -f -a "sandbox" -d 'Serve emulated clouds on this machine, to try and test without an account'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan find free overlap usage reserve reservations release diff groups export snapshots merge sandbox config completions man help" -f -a "config" -d 'Check the configuration file, or show the effective settings'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan find free overlap usage reserve reservations release diff groups export snapshots merge sandbox config completions man help" -f -a "completions" -d 'Print a completion script for your shell'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan find free overlap usage reserve reservations release diff groups export snapshots merge sandbox config completions man help" -f -a "man" -d 'Write the manual pages'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and not __fish_seen_subcommand_from scan find free overlap usage reserve reservations release diff groups export snapshots merge sandbox config completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and __fish_seen_subcommand_from snapshots" -f -a "list" -d 'List saved snapshots, newest first'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and __fish_seen_subcommand_from snapshots" -f -a "prune" -d 'Remove old snapshots'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and __fish_seen_subcommand_from snapshots" -f -a "verify" -d 'Read snapshots completely and report damaged ones'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "init" -d 'Write a configuration file with every key as a comment'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "check" -d 'Check a configuration file and print every problem'
complete -c netcensus -n "__fish_netcensus_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Show the effective settings and where each comes from'
