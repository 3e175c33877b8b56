
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'netcensus' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'netcensus'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'netcensus' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('scan', 'scan', [CompletionResultType]::ParameterValue, 'List networks, subnets, instances, interfaces or links')
            [CompletionResult]::new('find', 'find', [CompletionResultType]::ParameterValue, 'Find who has an address, a prefix, an id, a name or a MAC address')
            [CompletionResult]::new('free', 'free', [CompletionResultType]::ParameterValue, 'Find free prefixes: where is room for a network, and which prefix to take')
            [CompletionResult]::new('overlap', 'overlap', [CompletionResultType]::ParameterValue, 'Find addresses that overlap, and fail if they cause trouble')
            [CompletionResult]::new('usage', 'usage', [CompletionResultType]::ParameterValue, 'Report how full subnets, networks and accounts are, and fail past a threshold')
            [CompletionResult]::new('reserve', 'reserve', [CompletionResultType]::ParameterValue, 'Hold a free prefix for a network that you will create')
            [CompletionResult]::new('reservations', 'reservations', [CompletionResultType]::ParameterValue, 'List reservations, and what became of them')
            [CompletionResult]::new('release', 'release', [CompletionResultType]::ParameterValue, 'Give a reservation back')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare two inventories')
            [CompletionResult]::new('groups', 'groups', [CompletionResultType]::ParameterValue, 'List groups, which are saved searches, and their members')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the inventory to files for spreadsheets, databases and other tools')
            [CompletionResult]::new('snapshots', 'snapshots', [CompletionResultType]::ParameterValue, 'List, prune and verify saved snapshots')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'Merge the inventories of several scans into one')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Serve emulated clouds on this machine, to try and test without an account')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Check the configuration file, or show the effective settings')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for your shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Write the manual pages')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'netcensus;scan' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read a saved inventory instead of the clouds: a file, @latest, @7d and so on, or `-` for standard input')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Reuse the newest matching snapshot if it is at most this old (e.g. 15m); otherwise scan')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Read only this cloud: aws or azure; comma-separated or repeated')
            [CompletionResult]::new('--aws-profile', '--aws-profile', [CompletionResultType]::ParameterName, 'Use this AWS profile; globs (`prod-*`), may be repeated')
            [CompletionResult]::new('--aws-org-role', '--aws-org-role', [CompletionResultType]::ParameterName, 'Role to assume in the accounts of the organisation: name or path/name')
            [CompletionResult]::new('--aws-org-external-id', '--aws-org-external-id', [CompletionResultType]::ParameterName, 'External id that this role requires')
            [CompletionResult]::new('--aws-account', '--aws-account', [CompletionResultType]::ParameterName, 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-aws-account', '--exclude-aws-account', [CompletionResultType]::ParameterName, 'Do not read this AWS account: id, name or glob; may be repeated')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated')
            [CompletionResult]::new('--exclude-region', '--exclude-region', [CompletionResultType]::ParameterName, 'Do not read this AWS region; globs, comma-separated or repeated')
            [CompletionResult]::new('--azure-subscription', '--azure-subscription', [CompletionResultType]::ParameterName, 'Read only this Azure subscription: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-azure-subscription', '--exclude-azure-subscription', [CompletionResultType]::ParameterName, 'Do not read this Azure subscription: id, name or glob')
            [CompletionResult]::new('--azure-tenant', '--azure-tenant', [CompletionResultType]::ParameterName, 'Use this Azure tenant: id or domain; may be repeated')
            [CompletionResult]::new('--azure-api', '--azure-api', [CompletionResultType]::ParameterName, 'How to read Azure: auto, arm or resource-graph [default: auto]')
            [CompletionResult]::new('--azure-cloud', '--azure-cloud', [CompletionResultType]::ParameterName, 'Which Azure cloud: public, usgovernment or china [default: public]')
            [CompletionResult]::new('--azure-resource-manager', '--azure-resource-manager', [CompletionResultType]::ParameterName, 'Resource manager URL of a private Azure or an emulator')
            [CompletionResult]::new('--azure-authority', '--azure-authority', [CompletionResultType]::ParameterName, 'URL of the authority that issues its tokens')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many reads (account x region x kind) run at once, or `auto` [default: auto]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one read or one sign-in may take [default: 2m]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]')
            [CompletionResult]::new('--estate', '--estate', [CompletionResultType]::ParameterName, 'Serve the accounts and networks of this TOML file instead of the built-in sample')
            [CompletionResult]::new('--generate', '--generate', [CompletionResultType]::ParameterName, 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Make requests fail: KIND[@SELECTOR,...]; may be repeated')
            [CompletionResult]::new('--save', '--save', [CompletionResultType]::ParameterName, 'Save the inventory as a snapshot, or write it to FILE')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Show these columns in this order, comma-separated; `tag:KEY` shows a tag')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort by these columns, comma-separated; `-NAME` sorts in descending order')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Show only rows that match (e.g. region=eu-*); repeat it to require several conditions')
            [CompletionResult]::new('--group', '--group', [CompletionResultType]::ParameterName, 'Show only members of this group of netcensus.toml; `A,B` is members of any of these')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Query the JSON document with JMESPath, as in the AWS and Azure CLIs')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the output [default: table; json with --query]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the output [default: table; json with --query]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the output [default: table; json with --query]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'List the accounts, regions and API calls a scan would use, without reading resources')
            [CompletionResult]::new('--for-usage', '--for-usage', [CompletionResultType]::ParameterName, 'Also read what `netcensus usage --from` needs of a saved inventory: the CIDR reservations of AWS subnets')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Read the built-in sandbox: sample clouds, no account needed')
            [CompletionResult]::new('--all-aws-profiles', '--all-aws-profiles', [CompletionResultType]::ParameterName, 'Use every AWS profile that defines credentials')
            [CompletionResult]::new('--aws-org', '--aws-org', [CompletionResultType]::ParameterName, 'Read every active account of the AWS organisation, through a role in each')
            [CompletionResult]::new('--all-azure-subscriptions', '--all-azure-subscriptions', [CompletionResultType]::ParameterName, 'Read every Azure subscription; it is an error if Azure cannot be read')
            [CompletionResult]::new('--wide', '--wide', [CompletionResultType]::ParameterName, 'Show every column in full width')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;find' {
            [CompletionResult]::new('--group', '--group', [CompletionResultType]::ParameterName, 'Show only what is in this group of netcensus.toml; `A,B` is members of any of these')
            [CompletionResult]::new('--planned', '--planned', [CompletionResultType]::ParameterName, 'A prefix you plan to use; may be repeated')
            [CompletionResult]::new('--planned-file', '--planned-file', [CompletionResultType]::ParameterName, 'Prefixes you plan to use, from a CSV, JSON or TOML file; may be repeated')
            [CompletionResult]::new('--terraform-plan', '--terraform-plan', [CompletionResultType]::ParameterName, 'Networks that a Terraform plan creates, changes or destroys; may be repeated')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read a saved inventory instead of the clouds: a file, @latest, @7d and so on, or `-` for standard input')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Reuse the newest matching snapshot if it is at most this old (e.g. 15m); otherwise scan')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Read only this cloud: aws or azure; comma-separated or repeated')
            [CompletionResult]::new('--aws-profile', '--aws-profile', [CompletionResultType]::ParameterName, 'Use this AWS profile; globs (`prod-*`), may be repeated')
            [CompletionResult]::new('--aws-org-role', '--aws-org-role', [CompletionResultType]::ParameterName, 'Role to assume in the accounts of the organisation: name or path/name')
            [CompletionResult]::new('--aws-org-external-id', '--aws-org-external-id', [CompletionResultType]::ParameterName, 'External id that this role requires')
            [CompletionResult]::new('--aws-account', '--aws-account', [CompletionResultType]::ParameterName, 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-aws-account', '--exclude-aws-account', [CompletionResultType]::ParameterName, 'Do not read this AWS account: id, name or glob; may be repeated')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated')
            [CompletionResult]::new('--exclude-region', '--exclude-region', [CompletionResultType]::ParameterName, 'Do not read this AWS region; globs, comma-separated or repeated')
            [CompletionResult]::new('--azure-subscription', '--azure-subscription', [CompletionResultType]::ParameterName, 'Read only this Azure subscription: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-azure-subscription', '--exclude-azure-subscription', [CompletionResultType]::ParameterName, 'Do not read this Azure subscription: id, name or glob')
            [CompletionResult]::new('--azure-tenant', '--azure-tenant', [CompletionResultType]::ParameterName, 'Use this Azure tenant: id or domain; may be repeated')
            [CompletionResult]::new('--azure-api', '--azure-api', [CompletionResultType]::ParameterName, 'How to read Azure: auto, arm or resource-graph [default: auto]')
            [CompletionResult]::new('--azure-cloud', '--azure-cloud', [CompletionResultType]::ParameterName, 'Which Azure cloud: public, usgovernment or china [default: public]')
            [CompletionResult]::new('--azure-resource-manager', '--azure-resource-manager', [CompletionResultType]::ParameterName, 'Resource manager URL of a private Azure or an emulator')
            [CompletionResult]::new('--azure-authority', '--azure-authority', [CompletionResultType]::ParameterName, 'URL of the authority that issues its tokens')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many reads (account x region x kind) run at once, or `auto` [default: auto]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one read or one sign-in may take [default: 2m]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]')
            [CompletionResult]::new('--estate', '--estate', [CompletionResultType]::ParameterName, 'Serve the accounts and networks of this TOML file instead of the built-in sample')
            [CompletionResult]::new('--generate', '--generate', [CompletionResultType]::ParameterName, 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Make requests fail: KIND[@SELECTOR,...]; may be repeated')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the report [default: table]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the report [default: table]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the report [default: table]')
            [CompletionResult]::new('--external', '--external', [CompletionResultType]::ParameterName, 'Look in ranges outside the clouds too, from a CSV, JSON or TOML file; may be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('--history', '--history', [CompletionResultType]::ParameterName, 'Show who had it when, from the saved snapshots; no cloud is read')
            [CompletionResult]::new('--skip-bad-rows', '--skip-bad-rows', [CompletionResultType]::ParameterName, 'Skip and list invalid rows of these files instead of stopping')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Read the built-in sandbox: sample clouds, no account needed')
            [CompletionResult]::new('--all-aws-profiles', '--all-aws-profiles', [CompletionResultType]::ParameterName, 'Use every AWS profile that defines credentials')
            [CompletionResult]::new('--aws-org', '--aws-org', [CompletionResultType]::ParameterName, 'Read every active account of the AWS organisation, through a role in each')
            [CompletionResult]::new('--all-azure-subscriptions', '--all-azure-subscriptions', [CompletionResultType]::ParameterName, 'Read every Azure subscription; it is an error if Azure cannot be read')
            [CompletionResult]::new('--wide', '--wide', [CompletionResultType]::ParameterName, 'Show every match in full')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;free' {
            [CompletionResult]::new('--size', '--size', [CompletionResultType]::ParameterName, 'Print a free prefix of this size, and nothing else: a length such as 20 or /20, or more than 128 addresses')
            [CompletionResult]::new('--count', '--count', [CompletionResultType]::ParameterName, 'Print so many prefixes, one a line')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'Look in the pools that are for this, such as region=eu-west-1,env=prod')
            [CompletionResult]::new('--except', '--except', [CompletionResultType]::ParameterName, 'Leave this prefix out, as if it were in use; may be repeated')
            [CompletionResult]::new('--reachable-from', '--reachable-from', [CompletionResultType]::ParameterName, 'Count only networks that are joined to this one, by id or name; others may have the same addresses')
            [CompletionResult]::new('--why', '--why', [CompletionResultType]::ParameterName, 'List what holds addresses of this prefix, and since when by the saved snapshots')
            [CompletionResult]::new('--require', '--require', [CompletionResultType]::ParameterName, 'Fail with exit code 1 unless each pool can give a prefix of this size')
            [CompletionResult]::new('--plan', '--plan', [CompletionResultType]::ParameterName, 'Lay out the network that this file describes, with its subnets over zones')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Keep what an earlier plan laid out: the file that -o json wrote')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Read this JSON document, or `-` for standard input; -o state writes it with the answer added')
            [CompletionResult]::new('--reservations', '--reservations', [CompletionResultType]::ParameterName, 'File or DynamoDB table of reservations [default: reservations.json in the directory of snapshots]')
            [CompletionResult]::new('--planned', '--planned', [CompletionResultType]::ParameterName, 'A prefix you plan to use; may be repeated')
            [CompletionResult]::new('--planned-file', '--planned-file', [CompletionResultType]::ParameterName, 'Prefixes you plan to use, from a CSV, JSON or TOML file; may be repeated')
            [CompletionResult]::new('--terraform-plan', '--terraform-plan', [CompletionResultType]::ParameterName, 'Networks that a Terraform plan creates, changes or destroys; may be repeated')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read a saved inventory instead of the clouds: a file, @latest, @7d and so on, or `-` for standard input')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Reuse the newest matching snapshot if it is at most this old (e.g. 15m); otherwise scan')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Read only this cloud: aws or azure; comma-separated or repeated')
            [CompletionResult]::new('--aws-profile', '--aws-profile', [CompletionResultType]::ParameterName, 'Use this AWS profile; globs (`prod-*`), may be repeated')
            [CompletionResult]::new('--aws-org-role', '--aws-org-role', [CompletionResultType]::ParameterName, 'Role to assume in the accounts of the organisation: name or path/name')
            [CompletionResult]::new('--aws-org-external-id', '--aws-org-external-id', [CompletionResultType]::ParameterName, 'External id that this role requires')
            [CompletionResult]::new('--aws-account', '--aws-account', [CompletionResultType]::ParameterName, 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-aws-account', '--exclude-aws-account', [CompletionResultType]::ParameterName, 'Do not read this AWS account: id, name or glob; may be repeated')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated')
            [CompletionResult]::new('--exclude-region', '--exclude-region', [CompletionResultType]::ParameterName, 'Do not read this AWS region; globs, comma-separated or repeated')
            [CompletionResult]::new('--azure-subscription', '--azure-subscription', [CompletionResultType]::ParameterName, 'Read only this Azure subscription: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-azure-subscription', '--exclude-azure-subscription', [CompletionResultType]::ParameterName, 'Do not read this Azure subscription: id, name or glob')
            [CompletionResult]::new('--azure-tenant', '--azure-tenant', [CompletionResultType]::ParameterName, 'Use this Azure tenant: id or domain; may be repeated')
            [CompletionResult]::new('--azure-api', '--azure-api', [CompletionResultType]::ParameterName, 'How to read Azure: auto, arm or resource-graph [default: auto]')
            [CompletionResult]::new('--azure-cloud', '--azure-cloud', [CompletionResultType]::ParameterName, 'Which Azure cloud: public, usgovernment or china [default: public]')
            [CompletionResult]::new('--azure-resource-manager', '--azure-resource-manager', [CompletionResultType]::ParameterName, 'Resource manager URL of a private Azure or an emulator')
            [CompletionResult]::new('--azure-authority', '--azure-authority', [CompletionResultType]::ParameterName, 'URL of the authority that issues its tokens')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many reads (account x region x kind) run at once, or `auto` [default: auto]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one read or one sign-in may take [default: 2m]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]')
            [CompletionResult]::new('--estate', '--estate', [CompletionResultType]::ParameterName, 'Serve the accounts and networks of this TOML file instead of the built-in sample')
            [CompletionResult]::new('--generate', '--generate', [CompletionResultType]::ParameterName, 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Make requests fail: KIND[@SELECTOR,...]; may be repeated')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the report [default: table]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the report [default: table]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the report [default: table]')
            [CompletionResult]::new('--external', '--external', [CompletionResultType]::ParameterName, 'Ranges outside the clouds, from a CSV, JSON or TOML file; may be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('--from-end', '--from-end', [CompletionResultType]::ParameterName, 'Begin at the end of the pool')
            [CompletionResult]::new('--first-fit', '--first-fit', [CompletionResultType]::ParameterName, 'Take the first free place, even if that breaks a large one')
            [CompletionResult]::new('--allow-incomplete', '--allow-incomplete', [CompletionResultType]::ParameterName, 'Answer and exit with 0 or 1 even if the scan is incomplete; the prefixes may be in use')
            [CompletionResult]::new('--skip-bad-rows', '--skip-bad-rows', [CompletionResultType]::ParameterName, 'Skip and list invalid rows of these files instead of stopping')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Read the built-in sandbox: sample clouds, no account needed')
            [CompletionResult]::new('--all-aws-profiles', '--all-aws-profiles', [CompletionResultType]::ParameterName, 'Use every AWS profile that defines credentials')
            [CompletionResult]::new('--aws-org', '--aws-org', [CompletionResultType]::ParameterName, 'Read every active account of the AWS organisation, through a role in each')
            [CompletionResult]::new('--all-azure-subscriptions', '--all-azure-subscriptions', [CompletionResultType]::ParameterName, 'Read every Azure subscription; it is an error if Azure cannot be read')
            [CompletionResult]::new('--wide', '--wide', [CompletionResultType]::ParameterName, 'Show every hole')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;overlap' {
            [CompletionResult]::new('--level', '--level', [CompletionResultType]::ParameterName, 'What to compare [default: networks; all if a Terraform plan has subnets]')
            [CompletionResult]::new('--between', '--between', [CompletionResultType]::ParameterName, 'Compare only networks that match the first filter with networks that match the second')
            [CompletionResult]::new('--external', '--external', [CompletionResultType]::ParameterName, 'Compare with ranges outside the clouds, from a CSV, JSON or TOML file; may be repeated')
            [CompletionResult]::new('--planned', '--planned', [CompletionResultType]::ParameterName, 'A prefix you plan to use; may be repeated')
            [CompletionResult]::new('--planned-file', '--planned-file', [CompletionResultType]::ParameterName, 'Prefixes you plan to use, from a CSV, JSON or TOML file; may be repeated')
            [CompletionResult]::new('--terraform-plan', '--terraform-plan', [CompletionResultType]::ParameterName, 'Networks that a Terraform plan creates, changes or destroys; may be repeated')
            [CompletionResult]::new('--reservations', '--reservations', [CompletionResultType]::ParameterName, 'File or DynamoDB table of reservations [default: reservations.json in the directory of snapshots]')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Fail on these classes, comma-separated: by name or code, `all` or `none` [default: all but default-network, reserved]')
            [CompletionResult]::new('--baseline', '--baseline', [CompletionResultType]::ParameterName, 'Fail only on findings that this file does not list')
            [CompletionResult]::new('--notify', '--notify', [CompletionResultType]::ParameterName, 'Tell a channel what became of it since the last time; may be repeated')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read a saved inventory instead of the clouds: a file, @latest, @7d and so on, or `-` for standard input')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Reuse the newest matching snapshot if it is at most this old (e.g. 15m); otherwise scan')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Read only this cloud: aws or azure; comma-separated or repeated')
            [CompletionResult]::new('--aws-profile', '--aws-profile', [CompletionResultType]::ParameterName, 'Use this AWS profile; globs (`prod-*`), may be repeated')
            [CompletionResult]::new('--aws-org-role', '--aws-org-role', [CompletionResultType]::ParameterName, 'Role to assume in the accounts of the organisation: name or path/name')
            [CompletionResult]::new('--aws-org-external-id', '--aws-org-external-id', [CompletionResultType]::ParameterName, 'External id that this role requires')
            [CompletionResult]::new('--aws-account', '--aws-account', [CompletionResultType]::ParameterName, 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-aws-account', '--exclude-aws-account', [CompletionResultType]::ParameterName, 'Do not read this AWS account: id, name or glob; may be repeated')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated')
            [CompletionResult]::new('--exclude-region', '--exclude-region', [CompletionResultType]::ParameterName, 'Do not read this AWS region; globs, comma-separated or repeated')
            [CompletionResult]::new('--azure-subscription', '--azure-subscription', [CompletionResultType]::ParameterName, 'Read only this Azure subscription: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-azure-subscription', '--exclude-azure-subscription', [CompletionResultType]::ParameterName, 'Do not read this Azure subscription: id, name or glob')
            [CompletionResult]::new('--azure-tenant', '--azure-tenant', [CompletionResultType]::ParameterName, 'Use this Azure tenant: id or domain; may be repeated')
            [CompletionResult]::new('--azure-api', '--azure-api', [CompletionResultType]::ParameterName, 'How to read Azure: auto, arm or resource-graph [default: auto]')
            [CompletionResult]::new('--azure-cloud', '--azure-cloud', [CompletionResultType]::ParameterName, 'Which Azure cloud: public, usgovernment or china [default: public]')
            [CompletionResult]::new('--azure-resource-manager', '--azure-resource-manager', [CompletionResultType]::ParameterName, 'Resource manager URL of a private Azure or an emulator')
            [CompletionResult]::new('--azure-authority', '--azure-authority', [CompletionResultType]::ParameterName, 'URL of the authority that issues its tokens')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many reads (account x region x kind) run at once, or `auto` [default: auto]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one read or one sign-in may take [default: 2m]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]')
            [CompletionResult]::new('--estate', '--estate', [CompletionResultType]::ParameterName, 'Serve the accounts and networks of this TOML file instead of the built-in sample')
            [CompletionResult]::new('--generate', '--generate', [CompletionResultType]::ParameterName, 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Make requests fail: KIND[@SELECTOR,...]; may be repeated')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the report, or FORMAT=FILE to write it to a file; comma-separated [default: table]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the report, or FORMAT=FILE to write it to a file; comma-separated [default: table]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the report, or FORMAT=FILE to write it to a file; comma-separated [default: table]')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Print what a finding means and what to do about it, by its code or class, such as NC102; nothing is read')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('--skip-bad-rows', '--skip-bad-rows', [CompletionResultType]::ParameterName, 'Skip and list invalid rows of these files instead of stopping')
            [CompletionResult]::new('--allow-incomplete', '--allow-incomplete', [CompletionResultType]::ParameterName, 'Exit with 0 even if the scan is incomplete; the report lists what is missing')
            [CompletionResult]::new('--write-baseline', '--write-baseline', [CompletionResultType]::ParameterName, 'Write all findings of this run to the file of --baseline, so that they pass from now on')
            [CompletionResult]::new('--notify-dry-run', '--notify-dry-run', [CompletionResultType]::ParameterName, 'Print on standard error what --notify would send, and send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Read the built-in sandbox: sample clouds, no account needed')
            [CompletionResult]::new('--all-aws-profiles', '--all-aws-profiles', [CompletionResultType]::ParameterName, 'Use every AWS profile that defines credentials')
            [CompletionResult]::new('--aws-org', '--aws-org', [CompletionResultType]::ParameterName, 'Read every active account of the AWS organisation, through a role in each')
            [CompletionResult]::new('--all-azure-subscriptions', '--all-azure-subscriptions', [CompletionResultType]::ParameterName, 'Read every Azure subscription; it is an error if Azure cannot be read')
            [CompletionResult]::new('--wide', '--wide', [CompletionResultType]::ParameterName, 'Show every member of a finding, and ids in full')
            [CompletionResult]::new('--summary', '--summary', [CompletionResultType]::ParameterName, 'Print one line instead of the report')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;usage' {
            [CompletionResult]::new('--warn', '--warn', [CompletionResultType]::ParameterName, 'Warn at these limits: percent used, `free<N` addresses, `blocks<N` free /28 blocks; comma-separated [default: 80]')
            [CompletionResult]::new('--critical', '--critical', [CompletionResultType]::ParameterName, 'Call it critical at these limits, as with --warn [default: 90]')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'What fails: `warning`, `critical`, `none`, or a time until full (full-in=30d); comma-separated [default: critical]')
            [CompletionResult]::new('--notify', '--notify', [CompletionResultType]::ParameterName, 'Tell a channel what became of it since the last time; may be repeated')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read a saved inventory instead of the clouds: a file, @latest, @7d and so on, or `-` for standard input')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Reuse the newest matching snapshot if it is at most this old (e.g. 15m); otherwise scan')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Read only this cloud: aws or azure; comma-separated or repeated')
            [CompletionResult]::new('--aws-profile', '--aws-profile', [CompletionResultType]::ParameterName, 'Use this AWS profile; globs (`prod-*`), may be repeated')
            [CompletionResult]::new('--aws-org-role', '--aws-org-role', [CompletionResultType]::ParameterName, 'Role to assume in the accounts of the organisation: name or path/name')
            [CompletionResult]::new('--aws-org-external-id', '--aws-org-external-id', [CompletionResultType]::ParameterName, 'External id that this role requires')
            [CompletionResult]::new('--aws-account', '--aws-account', [CompletionResultType]::ParameterName, 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-aws-account', '--exclude-aws-account', [CompletionResultType]::ParameterName, 'Do not read this AWS account: id, name or glob; may be repeated')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated')
            [CompletionResult]::new('--exclude-region', '--exclude-region', [CompletionResultType]::ParameterName, 'Do not read this AWS region; globs, comma-separated or repeated')
            [CompletionResult]::new('--azure-subscription', '--azure-subscription', [CompletionResultType]::ParameterName, 'Read only this Azure subscription: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-azure-subscription', '--exclude-azure-subscription', [CompletionResultType]::ParameterName, 'Do not read this Azure subscription: id, name or glob')
            [CompletionResult]::new('--azure-tenant', '--azure-tenant', [CompletionResultType]::ParameterName, 'Use this Azure tenant: id or domain; may be repeated')
            [CompletionResult]::new('--azure-api', '--azure-api', [CompletionResultType]::ParameterName, 'How to read Azure: auto, arm or resource-graph [default: auto]')
            [CompletionResult]::new('--azure-cloud', '--azure-cloud', [CompletionResultType]::ParameterName, 'Which Azure cloud: public, usgovernment or china [default: public]')
            [CompletionResult]::new('--azure-resource-manager', '--azure-resource-manager', [CompletionResultType]::ParameterName, 'Resource manager URL of a private Azure or an emulator')
            [CompletionResult]::new('--azure-authority', '--azure-authority', [CompletionResultType]::ParameterName, 'URL of the authority that issues its tokens')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many reads (account x region x kind) run at once, or `auto` [default: auto]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one read or one sign-in may take [default: 2m]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]')
            [CompletionResult]::new('--estate', '--estate', [CompletionResultType]::ParameterName, 'Serve the accounts and networks of this TOML file instead of the built-in sample')
            [CompletionResult]::new('--generate', '--generate', [CompletionResultType]::ParameterName, 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Make requests fail: KIND[@SELECTOR,...]; may be repeated')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the report, or FORMAT=FILE to write it to a file; comma-separated [default: table]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the report, or FORMAT=FILE to write it to a file; comma-separated [default: table]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the report, or FORMAT=FILE to write it to a file; comma-separated [default: table]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('--forecast', '--forecast', [CompletionResultType]::ParameterName, 'Tell from saved snapshots how usage changed and when it will be full')
            [CompletionResult]::new('--notify-dry-run', '--notify-dry-run', [CompletionResultType]::ParameterName, 'Print on standard error what --notify would send, and send nothing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Read the built-in sandbox: sample clouds, no account needed')
            [CompletionResult]::new('--all-aws-profiles', '--all-aws-profiles', [CompletionResultType]::ParameterName, 'Use every AWS profile that defines credentials')
            [CompletionResult]::new('--aws-org', '--aws-org', [CompletionResultType]::ParameterName, 'Read every active account of the AWS organisation, through a role in each')
            [CompletionResult]::new('--all-azure-subscriptions', '--all-azure-subscriptions', [CompletionResultType]::ParameterName, 'Read every Azure subscription; it is an error if Azure cannot be read')
            [CompletionResult]::new('--wide', '--wide', [CompletionResultType]::ParameterName, 'Show every row and column in full width')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;reserve' {
            [CompletionResult]::new('--size', '--size', [CompletionResultType]::ParameterName, 'Size of the prefix: a length such as 20 or /20, or a number of addresses above 128')
            [CompletionResult]::new('--name', '--name', [CompletionResultType]::ParameterName, 'Name of the reservation: asked for again, it gives the same prefix')
            [CompletionResult]::new('--owner', '--owner', [CompletionResultType]::ParameterName, 'Who holds it, such as a team')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'How long it is held (e.g. 12h, 14d) [default: 14d]')
            [CompletionResult]::new('--reason', '--reason', [CompletionResultType]::ParameterName, 'What it is for')
            [CompletionResult]::new('--reservations', '--reservations', [CompletionResultType]::ParameterName, 'File or DynamoDB table of reservations [default: reservations.json in the directory of snapshots]')
            [CompletionResult]::new('--planned', '--planned', [CompletionResultType]::ParameterName, 'A prefix you plan to use; may be repeated')
            [CompletionResult]::new('--planned-file', '--planned-file', [CompletionResultType]::ParameterName, 'Prefixes you plan to use, from a CSV, JSON or TOML file; may be repeated')
            [CompletionResult]::new('--terraform-plan', '--terraform-plan', [CompletionResultType]::ParameterName, 'Networks that a Terraform plan creates, changes or destroys; may be repeated')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read a saved inventory instead of the clouds: a file, @latest, @7d and so on, or `-` for standard input')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Reuse the newest matching snapshot if it is at most this old (e.g. 15m); otherwise scan')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Read only this cloud: aws or azure; comma-separated or repeated')
            [CompletionResult]::new('--aws-profile', '--aws-profile', [CompletionResultType]::ParameterName, 'Use this AWS profile; globs (`prod-*`), may be repeated')
            [CompletionResult]::new('--aws-org-role', '--aws-org-role', [CompletionResultType]::ParameterName, 'Role to assume in the accounts of the organisation: name or path/name')
            [CompletionResult]::new('--aws-org-external-id', '--aws-org-external-id', [CompletionResultType]::ParameterName, 'External id that this role requires')
            [CompletionResult]::new('--aws-account', '--aws-account', [CompletionResultType]::ParameterName, 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-aws-account', '--exclude-aws-account', [CompletionResultType]::ParameterName, 'Do not read this AWS account: id, name or glob; may be repeated')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated')
            [CompletionResult]::new('--exclude-region', '--exclude-region', [CompletionResultType]::ParameterName, 'Do not read this AWS region; globs, comma-separated or repeated')
            [CompletionResult]::new('--azure-subscription', '--azure-subscription', [CompletionResultType]::ParameterName, 'Read only this Azure subscription: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-azure-subscription', '--exclude-azure-subscription', [CompletionResultType]::ParameterName, 'Do not read this Azure subscription: id, name or glob')
            [CompletionResult]::new('--azure-tenant', '--azure-tenant', [CompletionResultType]::ParameterName, 'Use this Azure tenant: id or domain; may be repeated')
            [CompletionResult]::new('--azure-api', '--azure-api', [CompletionResultType]::ParameterName, 'How to read Azure: auto, arm or resource-graph [default: auto]')
            [CompletionResult]::new('--azure-cloud', '--azure-cloud', [CompletionResultType]::ParameterName, 'Which Azure cloud: public, usgovernment or china [default: public]')
            [CompletionResult]::new('--azure-resource-manager', '--azure-resource-manager', [CompletionResultType]::ParameterName, 'Resource manager URL of a private Azure or an emulator')
            [CompletionResult]::new('--azure-authority', '--azure-authority', [CompletionResultType]::ParameterName, 'URL of the authority that issues its tokens')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many reads (account x region x kind) run at once, or `auto` [default: auto]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one read or one sign-in may take [default: 2m]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]')
            [CompletionResult]::new('--estate', '--estate', [CompletionResultType]::ParameterName, 'Serve the accounts and networks of this TOML file instead of the built-in sample')
            [CompletionResult]::new('--generate', '--generate', [CompletionResultType]::ParameterName, 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Make requests fail: KIND[@SELECTOR,...]; may be repeated')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the output; a table is the prefix alone [default: table]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the output; a table is the prefix alone [default: table]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the output; a table is the prefix alone [default: table]')
            [CompletionResult]::new('--external', '--external', [CompletionResultType]::ParameterName, 'Ranges outside the clouds, from a CSV, JSON or TOML file; may be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('--from-end', '--from-end', [CompletionResultType]::ParameterName, 'Begin at the end')
            [CompletionResult]::new('--first-fit', '--first-fit', [CompletionResultType]::ParameterName, 'Take the first free place, even if that breaks a large one')
            [CompletionResult]::new('--allow-incomplete', '--allow-incomplete', [CompletionResultType]::ParameterName, 'Reserve even if the scan is incomplete; the prefix may be in use')
            [CompletionResult]::new('--skip-bad-rows', '--skip-bad-rows', [CompletionResultType]::ParameterName, 'Skip and list invalid rows of these files instead of stopping')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Read the built-in sandbox: sample clouds, no account needed')
            [CompletionResult]::new('--all-aws-profiles', '--all-aws-profiles', [CompletionResultType]::ParameterName, 'Use every AWS profile that defines credentials')
            [CompletionResult]::new('--aws-org', '--aws-org', [CompletionResultType]::ParameterName, 'Read every active account of the AWS organisation, through a role in each')
            [CompletionResult]::new('--all-azure-subscriptions', '--all-azure-subscriptions', [CompletionResultType]::ParameterName, 'Read every Azure subscription; it is an error if Azure cannot be read')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;reservations' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read a saved inventory instead of the clouds: a file, @latest, @7d and so on, or `-` for standard input')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Reuse the newest matching snapshot if it is at most this old (e.g. 15m); otherwise scan')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Read only this cloud: aws or azure; comma-separated or repeated')
            [CompletionResult]::new('--aws-profile', '--aws-profile', [CompletionResultType]::ParameterName, 'Use this AWS profile; globs (`prod-*`), may be repeated')
            [CompletionResult]::new('--aws-org-role', '--aws-org-role', [CompletionResultType]::ParameterName, 'Role to assume in the accounts of the organisation: name or path/name')
            [CompletionResult]::new('--aws-org-external-id', '--aws-org-external-id', [CompletionResultType]::ParameterName, 'External id that this role requires')
            [CompletionResult]::new('--aws-account', '--aws-account', [CompletionResultType]::ParameterName, 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-aws-account', '--exclude-aws-account', [CompletionResultType]::ParameterName, 'Do not read this AWS account: id, name or glob; may be repeated')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated')
            [CompletionResult]::new('--exclude-region', '--exclude-region', [CompletionResultType]::ParameterName, 'Do not read this AWS region; globs, comma-separated or repeated')
            [CompletionResult]::new('--azure-subscription', '--azure-subscription', [CompletionResultType]::ParameterName, 'Read only this Azure subscription: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-azure-subscription', '--exclude-azure-subscription', [CompletionResultType]::ParameterName, 'Do not read this Azure subscription: id, name or glob')
            [CompletionResult]::new('--azure-tenant', '--azure-tenant', [CompletionResultType]::ParameterName, 'Use this Azure tenant: id or domain; may be repeated')
            [CompletionResult]::new('--azure-api', '--azure-api', [CompletionResultType]::ParameterName, 'How to read Azure: auto, arm or resource-graph [default: auto]')
            [CompletionResult]::new('--azure-cloud', '--azure-cloud', [CompletionResultType]::ParameterName, 'Which Azure cloud: public, usgovernment or china [default: public]')
            [CompletionResult]::new('--azure-resource-manager', '--azure-resource-manager', [CompletionResultType]::ParameterName, 'Resource manager URL of a private Azure or an emulator')
            [CompletionResult]::new('--azure-authority', '--azure-authority', [CompletionResultType]::ParameterName, 'URL of the authority that issues its tokens')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many reads (account x region x kind) run at once, or `auto` [default: auto]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one read or one sign-in may take [default: 2m]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]')
            [CompletionResult]::new('--estate', '--estate', [CompletionResultType]::ParameterName, 'Serve the accounts and networks of this TOML file instead of the built-in sample')
            [CompletionResult]::new('--generate', '--generate', [CompletionResultType]::ParameterName, 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Make requests fail: KIND[@SELECTOR,...]; may be repeated')
            [CompletionResult]::new('--reservations', '--reservations', [CompletionResultType]::ParameterName, 'File or DynamoDB table of reservations [default: reservations.json in the directory of snapshots]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the output [default: table]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the output [default: table]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the output [default: table]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('--unchecked', '--unchecked', [CompletionResultType]::ParameterName, 'List what is stored, without comparing it with an inventory')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Read the built-in sandbox: sample clouds, no account needed')
            [CompletionResult]::new('--all-aws-profiles', '--all-aws-profiles', [CompletionResultType]::ParameterName, 'Use every AWS profile that defines credentials')
            [CompletionResult]::new('--aws-org', '--aws-org', [CompletionResultType]::ParameterName, 'Read every active account of the AWS organisation, through a role in each')
            [CompletionResult]::new('--all-azure-subscriptions', '--all-azure-subscriptions', [CompletionResultType]::ParameterName, 'Read every Azure subscription; it is an error if Azure cannot be read')
            [CompletionResult]::new('--wide', '--wide', [CompletionResultType]::ParameterName, 'Show every column in full width')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;release' {
            [CompletionResult]::new('--owner', '--owner', [CompletionResultType]::ParameterName, 'Release it only if it has this owner')
            [CompletionResult]::new('--reservations', '--reservations', [CompletionResultType]::ParameterName, 'File or DynamoDB table of reservations [default: reservations.json in the directory of snapshots]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Release a reservation that was made with --sandbox')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;diff' {
            [CompletionResult]::new('--kind', '--kind', [CompletionResultType]::ParameterName, 'Compare only these kinds, comma-separated [default: all that both have]')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Report only these types of changes, comma-separated; --exit-code ignores the others')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Compare only rows that match before or after; may be repeated')
            [CompletionResult]::new('--group', '--group', [CompletionResultType]::ParameterName, 'Report who joined and left this group of netcensus.toml, and changes of its members; `A,B` is any of these')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Ignore changes of this field: FIELD, KIND.FIELD or tag:KEY, with globs; may be repeated')
            [CompletionResult]::new('--notify', '--notify', [CompletionResultType]::ParameterName, 'Tell a channel what became of it since the last time; may be repeated')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Read only this cloud: aws or azure; comma-separated or repeated')
            [CompletionResult]::new('--aws-profile', '--aws-profile', [CompletionResultType]::ParameterName, 'Use this AWS profile; globs (`prod-*`), may be repeated')
            [CompletionResult]::new('--aws-org-role', '--aws-org-role', [CompletionResultType]::ParameterName, 'Role to assume in the accounts of the organisation: name or path/name')
            [CompletionResult]::new('--aws-org-external-id', '--aws-org-external-id', [CompletionResultType]::ParameterName, 'External id that this role requires')
            [CompletionResult]::new('--aws-account', '--aws-account', [CompletionResultType]::ParameterName, 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-aws-account', '--exclude-aws-account', [CompletionResultType]::ParameterName, 'Do not read this AWS account: id, name or glob; may be repeated')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated')
            [CompletionResult]::new('--exclude-region', '--exclude-region', [CompletionResultType]::ParameterName, 'Do not read this AWS region; globs, comma-separated or repeated')
            [CompletionResult]::new('--azure-subscription', '--azure-subscription', [CompletionResultType]::ParameterName, 'Read only this Azure subscription: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-azure-subscription', '--exclude-azure-subscription', [CompletionResultType]::ParameterName, 'Do not read this Azure subscription: id, name or glob')
            [CompletionResult]::new('--azure-tenant', '--azure-tenant', [CompletionResultType]::ParameterName, 'Use this Azure tenant: id or domain; may be repeated')
            [CompletionResult]::new('--azure-api', '--azure-api', [CompletionResultType]::ParameterName, 'How to read Azure: auto, arm or resource-graph [default: auto]')
            [CompletionResult]::new('--azure-cloud', '--azure-cloud', [CompletionResultType]::ParameterName, 'Which Azure cloud: public, usgovernment or china [default: public]')
            [CompletionResult]::new('--azure-resource-manager', '--azure-resource-manager', [CompletionResultType]::ParameterName, 'Resource manager URL of a private Azure or an emulator')
            [CompletionResult]::new('--azure-authority', '--azure-authority', [CompletionResultType]::ParameterName, 'URL of the authority that issues its tokens')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many reads (account x region x kind) run at once, or `auto` [default: auto]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one read or one sign-in may take [default: 2m]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]')
            [CompletionResult]::new('--estate', '--estate', [CompletionResultType]::ParameterName, 'Serve the accounts and networks of this TOML file instead of the built-in sample')
            [CompletionResult]::new('--generate', '--generate', [CompletionResultType]::ParameterName, 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Make requests fail: KIND[@SELECTOR,...]; may be repeated')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the report, or FORMAT=FILE to write it to a file; comma-separated [default: table]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the report, or FORMAT=FILE to write it to a file; comma-separated [default: table]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the report, or FORMAT=FILE to write it to a file; comma-separated [default: table]')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'For `live`, use the newest snapshot of the same scope if it is at most this old (e.g. 15m); otherwise scan')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('--all-fields', '--all-fields', [CompletionResultType]::ParameterName, 'Compare every field except those of --ignore')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'Exit with 1 if something differs, as `git diff --exit-code` does')
            [CompletionResult]::new('--notify-dry-run', '--notify-dry-run', [CompletionResultType]::ParameterName, 'Print on standard error what --notify would send, and send nothing')
            [CompletionResult]::new('--all-aws-profiles', '--all-aws-profiles', [CompletionResultType]::ParameterName, 'Use every AWS profile that defines credentials')
            [CompletionResult]::new('--aws-org', '--aws-org', [CompletionResultType]::ParameterName, 'Read every active account of the AWS organisation, through a role in each')
            [CompletionResult]::new('--all-azure-subscriptions', '--all-azure-subscriptions', [CompletionResultType]::ParameterName, 'Read every Azure subscription; it is an error if Azure cannot be read')
            [CompletionResult]::new('--wide', '--wide', [CompletionResultType]::ParameterName, 'Show every change, and values in full')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Read the built-in sandbox for `live`: sample clouds, no account needed')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;groups' {
            [CompletionResult]::new('--kind', '--kind', [CompletionResultType]::ParameterName, 'List only members of these kinds, comma-separated [default: all that can be in the group]')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read a saved inventory instead of the clouds: a file, @latest, @7d and so on, or `-` for standard input')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Reuse the newest matching snapshot if it is at most this old (e.g. 15m); otherwise scan')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Read only this cloud: aws or azure; comma-separated or repeated')
            [CompletionResult]::new('--aws-profile', '--aws-profile', [CompletionResultType]::ParameterName, 'Use this AWS profile; globs (`prod-*`), may be repeated')
            [CompletionResult]::new('--aws-org-role', '--aws-org-role', [CompletionResultType]::ParameterName, 'Role to assume in the accounts of the organisation: name or path/name')
            [CompletionResult]::new('--aws-org-external-id', '--aws-org-external-id', [CompletionResultType]::ParameterName, 'External id that this role requires')
            [CompletionResult]::new('--aws-account', '--aws-account', [CompletionResultType]::ParameterName, 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-aws-account', '--exclude-aws-account', [CompletionResultType]::ParameterName, 'Do not read this AWS account: id, name or glob; may be repeated')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated')
            [CompletionResult]::new('--exclude-region', '--exclude-region', [CompletionResultType]::ParameterName, 'Do not read this AWS region; globs, comma-separated or repeated')
            [CompletionResult]::new('--azure-subscription', '--azure-subscription', [CompletionResultType]::ParameterName, 'Read only this Azure subscription: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-azure-subscription', '--exclude-azure-subscription', [CompletionResultType]::ParameterName, 'Do not read this Azure subscription: id, name or glob')
            [CompletionResult]::new('--azure-tenant', '--azure-tenant', [CompletionResultType]::ParameterName, 'Use this Azure tenant: id or domain; may be repeated')
            [CompletionResult]::new('--azure-api', '--azure-api', [CompletionResultType]::ParameterName, 'How to read Azure: auto, arm or resource-graph [default: auto]')
            [CompletionResult]::new('--azure-cloud', '--azure-cloud', [CompletionResultType]::ParameterName, 'Which Azure cloud: public, usgovernment or china [default: public]')
            [CompletionResult]::new('--azure-resource-manager', '--azure-resource-manager', [CompletionResultType]::ParameterName, 'Resource manager URL of a private Azure or an emulator')
            [CompletionResult]::new('--azure-authority', '--azure-authority', [CompletionResultType]::ParameterName, 'URL of the authority that issues its tokens')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many reads (account x region x kind) run at once, or `auto` [default: auto]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one read or one sign-in may take [default: 2m]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]')
            [CompletionResult]::new('--estate', '--estate', [CompletionResultType]::ParameterName, 'Serve the accounts and networks of this TOML file instead of the built-in sample')
            [CompletionResult]::new('--generate', '--generate', [CompletionResultType]::ParameterName, 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Make requests fail: KIND[@SELECTOR,...]; may be repeated')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the output [default: table; json with --query]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the output [default: table; json with --query]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the output [default: table; json with --query]')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Show these columns in this order, comma-separated; `tag:KEY` shows a tag')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort by these columns, comma-separated; `-NAME` sorts in descending order')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Show only rows that match (e.g. region=eu-*); repeat it to require several conditions')
            [CompletionResult]::new('--group', '--group', [CompletionResultType]::ParameterName, 'Show only members of this group of netcensus.toml; `A,B` is members of any of these')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Query the JSON document with JMESPath, as in the AWS and Azure CLIs')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Read the built-in sandbox: sample clouds, no account needed')
            [CompletionResult]::new('--all-aws-profiles', '--all-aws-profiles', [CompletionResultType]::ParameterName, 'Use every AWS profile that defines credentials')
            [CompletionResult]::new('--aws-org', '--aws-org', [CompletionResultType]::ParameterName, 'Read every active account of the AWS organisation, through a role in each')
            [CompletionResult]::new('--all-azure-subscriptions', '--all-azure-subscriptions', [CompletionResultType]::ParameterName, 'Read every Azure subscription; it is an error if Azure cannot be read')
            [CompletionResult]::new('--wide', '--wide', [CompletionResultType]::ParameterName, 'Show every column in full width')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;export' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Write to this file or directory; `-` is standard output')
            [CompletionResult]::new('--append-history', '--append-history', [CompletionResultType]::ParameterName, 'Add the rows of one --kind to this CSV file, with the day in the first column')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Formats, comma-separated [default: by the extension of the file; csv in a directory]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Formats, comma-separated [default: by the extension of the file; csv in a directory]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Formats, comma-separated [default: by the extension of the file; csv in a directory]')
            [CompletionResult]::new('--kind', '--kind', [CompletionResultType]::ParameterName, 'Write only these kinds, comma-separated [default: all]')
            [CompletionResult]::new('--group', '--group', [CompletionResultType]::ParameterName, 'Write only members of this group of netcensus.toml; `A,B` is members of any of these')
            [CompletionResult]::new('--template', '--template', [CompletionResultType]::ParameterName, 'Use the kinds and columns of this template in netcensus.toml')
            [CompletionResult]::new('--tag-columns', '--tag-columns', [CompletionResultType]::ParameterName, 'Write a column for each of these tags, comma-separated, instead of one column for all tags')
            [CompletionResult]::new('--delimiter', '--delimiter', [CompletionResultType]::ParameterName, 'Delimiter of CSV: one character, or `tab` [default: ,]')
            [CompletionResult]::new('--address', '--address', [CompletionResultType]::ParameterName, 'Which address of a machine to write for ansible and prometheus [default: private]')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port to add to each address for prometheus [default: none; relabelling may add one]')
            [CompletionResult]::new('--min-rows', '--min-rows', [CompletionResultType]::ParameterName, 'Refuse to write fewer rows than this, in total or as KIND=N; may be repeated')
            [CompletionResult]::new('--max-drop', '--max-drop', [CompletionResultType]::ParameterName, 'Refuse to replace an export if the rows of a kind drop by more than this (e.g. 20%)')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read a saved inventory instead of the clouds: a file, @latest, @7d and so on, or `-` for standard input')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Reuse the newest matching snapshot if it is at most this old (e.g. 15m); otherwise scan')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Read only this cloud: aws or azure; comma-separated or repeated')
            [CompletionResult]::new('--aws-profile', '--aws-profile', [CompletionResultType]::ParameterName, 'Use this AWS profile; globs (`prod-*`), may be repeated')
            [CompletionResult]::new('--aws-org-role', '--aws-org-role', [CompletionResultType]::ParameterName, 'Role to assume in the accounts of the organisation: name or path/name')
            [CompletionResult]::new('--aws-org-external-id', '--aws-org-external-id', [CompletionResultType]::ParameterName, 'External id that this role requires')
            [CompletionResult]::new('--aws-account', '--aws-account', [CompletionResultType]::ParameterName, 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-aws-account', '--exclude-aws-account', [CompletionResultType]::ParameterName, 'Do not read this AWS account: id, name or glob; may be repeated')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated')
            [CompletionResult]::new('--exclude-region', '--exclude-region', [CompletionResultType]::ParameterName, 'Do not read this AWS region; globs, comma-separated or repeated')
            [CompletionResult]::new('--azure-subscription', '--azure-subscription', [CompletionResultType]::ParameterName, 'Read only this Azure subscription: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-azure-subscription', '--exclude-azure-subscription', [CompletionResultType]::ParameterName, 'Do not read this Azure subscription: id, name or glob')
            [CompletionResult]::new('--azure-tenant', '--azure-tenant', [CompletionResultType]::ParameterName, 'Use this Azure tenant: id or domain; may be repeated')
            [CompletionResult]::new('--azure-api', '--azure-api', [CompletionResultType]::ParameterName, 'How to read Azure: auto, arm or resource-graph [default: auto]')
            [CompletionResult]::new('--azure-cloud', '--azure-cloud', [CompletionResultType]::ParameterName, 'Which Azure cloud: public, usgovernment or china [default: public]')
            [CompletionResult]::new('--azure-resource-manager', '--azure-resource-manager', [CompletionResultType]::ParameterName, 'Resource manager URL of a private Azure or an emulator')
            [CompletionResult]::new('--azure-authority', '--azure-authority', [CompletionResultType]::ParameterName, 'URL of the authority that issues its tokens')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many reads (account x region x kind) run at once, or `auto` [default: auto]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one read or one sign-in may take [default: 2m]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]')
            [CompletionResult]::new('--estate', '--estate', [CompletionResultType]::ParameterName, 'Serve the accounts and networks of this TOML file instead of the built-in sample')
            [CompletionResult]::new('--generate', '--generate', [CompletionResultType]::ParameterName, 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Make requests fail: KIND[@SELECTOR,...]; may be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('--all-tags', '--all-tags', [CompletionResultType]::ParameterName, 'Write a column for every tag')
            [CompletionResult]::new('--bom', '--bom', [CompletionResultType]::ParameterName, 'Begin CSV files with a byte order mark, so that Excel reads them as UTF-8')
            [CompletionResult]::new('--raw-formulas', '--raw-formulas', [CompletionResultType]::ParameterName, 'Do not escape cells that look like formulas')
            [CompletionResult]::new('--allow-incomplete', '--allow-incomplete', [CompletionResultType]::ParameterName, 'Write an incomplete inventory too; the exit code is still 3')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Read the built-in sandbox: sample clouds, no account needed')
            [CompletionResult]::new('--all-aws-profiles', '--all-aws-profiles', [CompletionResultType]::ParameterName, 'Use every AWS profile that defines credentials')
            [CompletionResult]::new('--aws-org', '--aws-org', [CompletionResultType]::ParameterName, 'Read every active account of the AWS organisation, through a role in each')
            [CompletionResult]::new('--all-azure-subscriptions', '--all-azure-subscriptions', [CompletionResultType]::ParameterName, 'Read every Azure subscription; it is an error if Azure cannot be read')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;snapshots' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the list [default: table]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the list [default: table]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the list [default: table]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List saved snapshots, newest first')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Remove old snapshots')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Read snapshots completely and report damaged ones')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'netcensus;snapshots;list' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the list [default: table]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the list [default: table]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the list [default: table]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;snapshots;prune' {
            [CompletionResult]::new('--keep-last', '--keep-last', [CompletionResultType]::ParameterName, 'Keep the newest N snapshots of each scope, and the newest complete one')
            [CompletionResult]::new('--keep-days', '--keep-days', [CompletionResultType]::ParameterName, 'Keep snapshots that are younger than D days')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the list [default: table]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the list [default: table]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the list [default: table]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'List what would be removed, without removing it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;snapshots;verify' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the list [default: table]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the list [default: table]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the list [default: table]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;snapshots;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List saved snapshots, newest first')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Remove old snapshots')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Read snapshots completely and report damaged ones')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'netcensus;snapshots;help;list' {
            break
        }
        'netcensus;snapshots;help;prune' {
            break
        }
        'netcensus;snapshots;help;verify' {
            break
        }
        'netcensus;snapshots;help;help' {
            break
        }
        'netcensus;merge' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the output: only json, the inventory document')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the output: only json, the inventory document')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the output: only json, the inventory document')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Directory of snapshots [default: ~/.local/state/netcensus/snapshots]')
            [CompletionResult]::new('--save', '--save', [CompletionResultType]::ParameterName, 'Save the inventory as a snapshot, or write it to FILE')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;sandbox' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'TCP port to listen on; 0 picks a free one')
            [CompletionResult]::new('--ca-file', '--ca-file', [CompletionResultType]::ParameterName, 'Write the certificate of that authority to this file (PEM) [default: a temporary file]')
            [CompletionResult]::new('--config-file', '--config-file', [CompletionResultType]::ParameterName, 'Write an AWS configuration file with one profile per account, and point clients to it')
            [CompletionResult]::new('--estate', '--estate', [CompletionResultType]::ParameterName, 'Serve the accounts and networks of this TOML file instead of the built-in sample')
            [CompletionResult]::new('--generate', '--generate', [CompletionResultType]::ParameterName, 'Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Make requests fail: KIND[@SELECTOR,...]; may be repeated')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Serve HTTPS, with a new certificate authority')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;config' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a configuration file with every key as a comment')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a configuration file and print every problem')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the effective settings and where each comes from')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'netcensus;config;init' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;config;check' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;config;show' {
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Read only this cloud: aws or azure; comma-separated or repeated')
            [CompletionResult]::new('--aws-profile', '--aws-profile', [CompletionResultType]::ParameterName, 'Use this AWS profile; globs (`prod-*`), may be repeated')
            [CompletionResult]::new('--aws-org-role', '--aws-org-role', [CompletionResultType]::ParameterName, 'Role to assume in the accounts of the organisation: name or path/name')
            [CompletionResult]::new('--aws-org-external-id', '--aws-org-external-id', [CompletionResultType]::ParameterName, 'External id that this role requires')
            [CompletionResult]::new('--aws-account', '--aws-account', [CompletionResultType]::ParameterName, 'Read only this AWS account of those that are signed in to: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-aws-account', '--exclude-aws-account', [CompletionResultType]::ParameterName, 'Do not read this AWS account: id, name or glob; may be repeated')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated')
            [CompletionResult]::new('--exclude-region', '--exclude-region', [CompletionResultType]::ParameterName, 'Do not read this AWS region; globs, comma-separated or repeated')
            [CompletionResult]::new('--azure-subscription', '--azure-subscription', [CompletionResultType]::ParameterName, 'Read only this Azure subscription: id, name or glob; may be repeated')
            [CompletionResult]::new('--exclude-azure-subscription', '--exclude-azure-subscription', [CompletionResultType]::ParameterName, 'Do not read this Azure subscription: id, name or glob')
            [CompletionResult]::new('--azure-tenant', '--azure-tenant', [CompletionResultType]::ParameterName, 'Use this Azure tenant: id or domain; may be repeated')
            [CompletionResult]::new('--azure-api', '--azure-api', [CompletionResultType]::ParameterName, 'How to read Azure: auto, arm or resource-graph [default: auto]')
            [CompletionResult]::new('--azure-cloud', '--azure-cloud', [CompletionResultType]::ParameterName, 'Which Azure cloud: public, usgovernment or china [default: public]')
            [CompletionResult]::new('--azure-resource-manager', '--azure-resource-manager', [CompletionResultType]::ParameterName, 'Resource manager URL of a private Azure or an emulator')
            [CompletionResult]::new('--azure-authority', '--azure-authority', [CompletionResultType]::ParameterName, 'URL of the authority that issues its tokens')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many reads (account x region x kind) run at once, or `auto` [default: auto]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one read or one sign-in may take [default: 2m]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of the output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of the output')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the output')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Read only this part of the accounts and subscriptions (e.g. 1/4), to share a scan among machines')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('--all-aws-profiles', '--all-aws-profiles', [CompletionResultType]::ParameterName, 'Use every AWS profile that defines credentials')
            [CompletionResult]::new('--aws-org', '--aws-org', [CompletionResultType]::ParameterName, 'Read every active account of the AWS organisation, through a role in each')
            [CompletionResult]::new('--all-azure-subscriptions', '--all-azure-subscriptions', [CompletionResultType]::ParameterName, 'Read every Azure subscription; it is an error if Azure cannot be read')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;config;help' {
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a configuration file with every key as a comment')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a configuration file and print every problem')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the effective settings and where each comes from')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'netcensus;config;help;init' {
            break
        }
        'netcensus;config;help;check' {
            break
        }
        'netcensus;config;help;show' {
            break
        }
        'netcensus;config;help;help' {
            break
        }
        'netcensus;completions' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;man' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log what netcensus does; -vv also logs every request')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Hide the progress line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;help' {
            [CompletionResult]::new('scan', 'scan', [CompletionResultType]::ParameterValue, 'List networks, subnets, instances, interfaces or links')
            [CompletionResult]::new('find', 'find', [CompletionResultType]::ParameterValue, 'Find who has an address, a prefix, an id, a name or a MAC address')
            [CompletionResult]::new('free', 'free', [CompletionResultType]::ParameterValue, 'Find free prefixes: where is room for a network, and which prefix to take')
            [CompletionResult]::new('overlap', 'overlap', [CompletionResultType]::ParameterValue, 'Find addresses that overlap, and fail if they cause trouble')
            [CompletionResult]::new('usage', 'usage', [CompletionResultType]::ParameterValue, 'Report how full subnets, networks and accounts are, and fail past a threshold')
            [CompletionResult]::new('reserve', 'reserve', [CompletionResultType]::ParameterValue, 'Hold a free prefix for a network that you will create')
            [CompletionResult]::new('reservations', 'reservations', [CompletionResultType]::ParameterValue, 'List reservations, and what became of them')
            [CompletionResult]::new('release', 'release', [CompletionResultType]::ParameterValue, 'Give a reservation back')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare two inventories')
            [CompletionResult]::new('groups', 'groups', [CompletionResultType]::ParameterValue, 'List groups, which are saved searches, and their members')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the inventory to files for spreadsheets, databases and other tools')
            [CompletionResult]::new('snapshots', 'snapshots', [CompletionResultType]::ParameterValue, 'List, prune and verify saved snapshots')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'Merge the inventories of several scans into one')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Serve emulated clouds on this machine, to try and test without an account')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Check the configuration file, or show the effective settings')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for your shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Write the manual pages')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'netcensus;help;scan' {
            break
        }
        'netcensus;help;find' {
            break
        }
        'netcensus;help;free' {
            break
        }
        'netcensus;help;overlap' {
            break
        }
        'netcensus;help;usage' {
            break
        }
        'netcensus;help;reserve' {
            break
        }
        'netcensus;help;reservations' {
            break
        }
        'netcensus;help;release' {
            break
        }
        'netcensus;help;diff' {
            break
        }
        'netcensus;help;groups' {
            break
        }
        'netcensus;help;export' {
            break
        }
        'netcensus;help;snapshots' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List saved snapshots, newest first')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Remove old snapshots')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Read snapshots completely and report damaged ones')
            break
        }
        'netcensus;help;snapshots;list' {
            break
        }
        'netcensus;help;snapshots;prune' {
            break
        }
        'netcensus;help;snapshots;verify' {
            break
        }
        'netcensus;help;merge' {
            break
        }
        'netcensus;help;sandbox' {
            break
        }
        'netcensus;help;config' {
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a configuration file with every key as a comment')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a configuration file and print every problem')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the effective settings and where each comes from')
            break
        }
        'netcensus;help;config;init' {
            break
        }
        'netcensus;help;config;check' {
            break
        }
        'netcensus;help;config;show' {
            break
        }
        'netcensus;help;completions' {
            break
        }
        'netcensus;help;man' {
            break
        }
        'netcensus;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
