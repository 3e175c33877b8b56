
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
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [default: see `netcensus config check --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('scan', 'scan', [CompletionResultType]::ParameterValue, 'Read the clouds and list what is there')
            [CompletionResult]::new('overlap', 'overlap', [CompletionResultType]::ParameterValue, 'Find addresses that are in use twice, and fail on those that hurt')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Say what changed between two inventories, and what nobody can know')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the inventory for spreadsheets and other tools, whole or not at all')
            [CompletionResult]::new('snapshots', 'snapshots', [CompletionResultType]::ParameterValue, 'List, prune and verify the snapshots that are kept')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'Join the inventories of several scans into one')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Serve sample clouds on loopback, to try and test without an account')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Check the configuration file, or show what is set and by whom')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'netcensus;scan' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Take a saved inventory instead of the clouds: a file, @latest, @previous, @~N, @2026-11-20, @7d; `-` is standard input')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Take the newest snapshot of the same scope instead, if it is not older than this, such as 15m')
            [CompletionResult]::new('--estate', '--estate', [CompletionResultType]::ParameterName, 'Serve the estate that a TOML file describes instead of the built-in sample')
            [CompletionResult]::new('--generate', '--generate', [CompletionResultType]::ParameterName, 'Generate an estate, such as `accounts=20,regions=4,networks=3,subnets=3,instances=100`')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Let requests fail; may be repeated: KIND[@account=GLOB,region=GLOB,action=GLOB,times=N]')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Ask only this cloud; comma-separated or repeated')
            [CompletionResult]::new('--aws-profile', '--aws-profile', [CompletionResultType]::ParameterName, 'Sign in with this AWS profile; globs (`prod-*`), may be repeated')
            [CompletionResult]::new('--aws-org-role', '--aws-org-role', [CompletionResultType]::ParameterName, 'The role to assume in the accounts of the organisation (name, with its path if it has one)')
            [CompletionResult]::new('--aws-org-external-id', '--aws-org-external-id', [CompletionResultType]::ParameterName, 'The external id that this role asks for')
            [CompletionResult]::new('--exclude-aws-account', '--exclude-aws-account', [CompletionResultType]::ParameterName, 'Leave this AWS account out, by id, name or glob; comma-separated or repeated. Names are known with --aws-org only')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated [default: all that an account has enabled]')
            [CompletionResult]::new('--exclude-region', '--exclude-region', [CompletionResultType]::ParameterName, 'Leave this AWS region out; globs, comma-separated or repeated')
            [CompletionResult]::new('--azure-subscription', '--azure-subscription', [CompletionResultType]::ParameterName, 'Read only this Azure subscription, by id or name; globs (`prod-*`), may be repeated [default: all]')
            [CompletionResult]::new('--exclude-azure-subscription', '--exclude-azure-subscription', [CompletionResultType]::ParameterName, 'Leave this Azure subscription out, by id, name or glob; comma-separated or repeated')
            [CompletionResult]::new('--azure-tenant', '--azure-tenant', [CompletionResultType]::ParameterName, 'Sign in to this Azure tenant, by id or domain; may be repeated [default: those of the credential]')
            [CompletionResult]::new('--azure-api', '--azure-api', [CompletionResultType]::ParameterName, 'How to read Azure: auto, arm (list by list) or resource-graph (all subscriptions at once) [default: auto]')
            [CompletionResult]::new('--azure-cloud', '--azure-cloud', [CompletionResultType]::ParameterName, 'Which of Microsoft''s clouds: public, usgovernment or china [default: public]')
            [CompletionResult]::new('--azure-resource-manager', '--azure-resource-manager', [CompletionResultType]::ParameterName, 'Resource manager URL of an emulator or of an Azure with current API versions; overrides --azure-cloud')
            [CompletionResult]::new('--azure-authority', '--azure-authority', [CompletionResultType]::ParameterName, 'URL of the authority that issues its tokens; overrides --azure-cloud')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Read only the accounts and subscriptions of this part, such as 1/4: scans of all parts share the work')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many scopes (account x region x kind) are read at once [default: 32]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one scope, or one sign-in, may take [default: 2m]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]')
            [CompletionResult]::new('--save', '--save', [CompletionResultType]::ParameterName, 'Keep all that was read as a snapshot in the folder, or in FILE; a FILE.json gets the inventory document')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to write the result [default: table]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to write the result [default: table]')
            [CompletionResult]::new('--columns', '--columns', [CompletionResultType]::ParameterName, 'Show these columns, comma-separated, in this order; `tag:KEY` shows a tag')
            [CompletionResult]::new('--sort', '--sort', [CompletionResultType]::ParameterName, 'Sort by these columns, comma-separated; `-NAME` turns the order round')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Keep the rows that match; may be repeated, all must match')
            [CompletionResult]::new('--query', '--query', [CompletionResultType]::ParameterName, 'Ask the JSON document by JMESPath, as the AWS and Azure CLIs do')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [default: see `netcensus config check --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour [default: auto]')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show which accounts, regions and API calls the scan would ask, and read no resource')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Read the embedded sandbox: sample clouds, no account needed')
            [CompletionResult]::new('--all-aws-profiles', '--all-aws-profiles', [CompletionResultType]::ParameterName, 'Sign in with every AWS profile that has something to sign in with')
            [CompletionResult]::new('--aws-org', '--aws-org', [CompletionResultType]::ParameterName, 'Read every active account of the AWS organisation, through a role in each')
            [CompletionResult]::new('--all-azure-subscriptions', '--all-azure-subscriptions', [CompletionResultType]::ParameterName, 'Read every Azure subscription that can be seen, whatever the file says')
            [CompletionResult]::new('--wide', '--wide', [CompletionResultType]::ParameterName, 'Show every column, however wide')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;overlap' {
            [CompletionResult]::new('--level', '--level', [CompletionResultType]::ParameterName, 'What to compare [default: networks; all when a Terraform plan has subnets]')
            [CompletionResult]::new('--between', '--between', [CompletionResultType]::ParameterName, 'Compare only networks that one filter keeps with those that the other keeps')
            [CompletionResult]::new('--external', '--external', [CompletionResultType]::ParameterName, 'Ranges outside the clouds, from a CSV, JSON or TOML file (exports of NetBox, phpIPAM and others too); may be repeated')
            [CompletionResult]::new('--planned', '--planned', [CompletionResultType]::ParameterName, 'A prefix that shall come into use; may be repeated')
            [CompletionResult]::new('--planned-file', '--planned-file', [CompletionResultType]::ParameterName, 'Prefixes that shall come into use, from a CSV, JSON or TOML file; may be repeated')
            [CompletionResult]::new('--terraform-plan', '--terraform-plan', [CompletionResultType]::ParameterName, 'What a Terraform plan creates, changes and destroys (`terraform show -json PLAN`); may be repeated')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Fail on these classes of findings, comma-separated [default: all but default-network and reserved]')
            [CompletionResult]::new('--baseline', '--baseline', [CompletionResultType]::ParameterName, 'Fail only on what this file does not know')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Take a saved inventory instead of the clouds: a file, @latest, @previous, @~N, @2026-11-20, @7d; `-` is standard input')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Take the newest snapshot of the same scope instead, if it is not older than this, such as 15m')
            [CompletionResult]::new('--estate', '--estate', [CompletionResultType]::ParameterName, 'Serve the estate that a TOML file describes instead of the built-in sample')
            [CompletionResult]::new('--generate', '--generate', [CompletionResultType]::ParameterName, 'Generate an estate, such as `accounts=20,regions=4,networks=3,subnets=3,instances=100`')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Let requests fail; may be repeated: KIND[@account=GLOB,region=GLOB,action=GLOB,times=N]')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Ask only this cloud; comma-separated or repeated')
            [CompletionResult]::new('--aws-profile', '--aws-profile', [CompletionResultType]::ParameterName, 'Sign in with this AWS profile; globs (`prod-*`), may be repeated')
            [CompletionResult]::new('--aws-org-role', '--aws-org-role', [CompletionResultType]::ParameterName, 'The role to assume in the accounts of the organisation (name, with its path if it has one)')
            [CompletionResult]::new('--aws-org-external-id', '--aws-org-external-id', [CompletionResultType]::ParameterName, 'The external id that this role asks for')
            [CompletionResult]::new('--exclude-aws-account', '--exclude-aws-account', [CompletionResultType]::ParameterName, 'Leave this AWS account out, by id, name or glob; comma-separated or repeated. Names are known with --aws-org only')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated [default: all that an account has enabled]')
            [CompletionResult]::new('--exclude-region', '--exclude-region', [CompletionResultType]::ParameterName, 'Leave this AWS region out; globs, comma-separated or repeated')
            [CompletionResult]::new('--azure-subscription', '--azure-subscription', [CompletionResultType]::ParameterName, 'Read only this Azure subscription, by id or name; globs (`prod-*`), may be repeated [default: all]')
            [CompletionResult]::new('--exclude-azure-subscription', '--exclude-azure-subscription', [CompletionResultType]::ParameterName, 'Leave this Azure subscription out, by id, name or glob; comma-separated or repeated')
            [CompletionResult]::new('--azure-tenant', '--azure-tenant', [CompletionResultType]::ParameterName, 'Sign in to this Azure tenant, by id or domain; may be repeated [default: those of the credential]')
            [CompletionResult]::new('--azure-api', '--azure-api', [CompletionResultType]::ParameterName, 'How to read Azure: auto, arm (list by list) or resource-graph (all subscriptions at once) [default: auto]')
            [CompletionResult]::new('--azure-cloud', '--azure-cloud', [CompletionResultType]::ParameterName, 'Which of Microsoft''s clouds: public, usgovernment or china [default: public]')
            [CompletionResult]::new('--azure-resource-manager', '--azure-resource-manager', [CompletionResultType]::ParameterName, 'Resource manager URL of an emulator or of an Azure with current API versions; overrides --azure-cloud')
            [CompletionResult]::new('--azure-authority', '--azure-authority', [CompletionResultType]::ParameterName, 'URL of the authority that issues its tokens; overrides --azure-cloud')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Read only the accounts and subscriptions of this part, such as 1/4: scans of all parts share the work')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many scopes (account x region x kind) are read at once [default: 32]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one scope, or one sign-in, may take [default: 2m]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to write the result [default: table]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to write the result [default: table]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [default: see `netcensus config check --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour [default: auto]')
            [CompletionResult]::new('--skip-bad-rows', '--skip-bad-rows', [CompletionResultType]::ParameterName, 'Leave out rows of these files that are wrong, and list them, instead of stopping')
            [CompletionResult]::new('--allow-incomplete', '--allow-incomplete', [CompletionResultType]::ParameterName, 'Let an incomplete scan pass; the report says so')
            [CompletionResult]::new('--write-baseline', '--write-baseline', [CompletionResultType]::ParameterName, 'Write the baseline: everything that is found now is known from then on')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Read the embedded sandbox: sample clouds, no account needed')
            [CompletionResult]::new('--all-aws-profiles', '--all-aws-profiles', [CompletionResultType]::ParameterName, 'Sign in with every AWS profile that has something to sign in with')
            [CompletionResult]::new('--aws-org', '--aws-org', [CompletionResultType]::ParameterName, 'Read every active account of the AWS organisation, through a role in each')
            [CompletionResult]::new('--all-azure-subscriptions', '--all-azure-subscriptions', [CompletionResultType]::ParameterName, 'Read every Azure subscription that can be seen, whatever the file says')
            [CompletionResult]::new('--wide', '--wide', [CompletionResultType]::ParameterName, 'Show every member of a finding, and whole ids')
            [CompletionResult]::new('--summary', '--summary', [CompletionResultType]::ParameterName, 'Print one line instead of the report')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;diff' {
            [CompletionResult]::new('--kind', '--kind', [CompletionResultType]::ParameterName, 'Compare only these kinds, comma-separated [default: all that both have]')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Look only for these sorts of changes, comma-separated; --exit-code heeds no others')
            [CompletionResult]::new('--filter', '--filter', [CompletionResultType]::ParameterName, 'Look only at rows that match, before or after; may be repeated, as in `scan --filter`')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Do not look at this field either: FIELD, KIND.FIELD or tag:KEY, globs; may be repeated')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Take the newest snapshot of the same scope instead, if it is not older than this, such as 15m')
            [CompletionResult]::new('--estate', '--estate', [CompletionResultType]::ParameterName, 'Serve the estate that a TOML file describes instead of the built-in sample')
            [CompletionResult]::new('--generate', '--generate', [CompletionResultType]::ParameterName, 'Generate an estate, such as `accounts=20,regions=4,networks=3,subnets=3,instances=100`')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Let requests fail; may be repeated: KIND[@account=GLOB,region=GLOB,action=GLOB,times=N]')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Ask only this cloud; comma-separated or repeated')
            [CompletionResult]::new('--aws-profile', '--aws-profile', [CompletionResultType]::ParameterName, 'Sign in with this AWS profile; globs (`prod-*`), may be repeated')
            [CompletionResult]::new('--aws-org-role', '--aws-org-role', [CompletionResultType]::ParameterName, 'The role to assume in the accounts of the organisation (name, with its path if it has one)')
            [CompletionResult]::new('--aws-org-external-id', '--aws-org-external-id', [CompletionResultType]::ParameterName, 'The external id that this role asks for')
            [CompletionResult]::new('--exclude-aws-account', '--exclude-aws-account', [CompletionResultType]::ParameterName, 'Leave this AWS account out, by id, name or glob; comma-separated or repeated. Names are known with --aws-org only')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated [default: all that an account has enabled]')
            [CompletionResult]::new('--exclude-region', '--exclude-region', [CompletionResultType]::ParameterName, 'Leave this AWS region out; globs, comma-separated or repeated')
            [CompletionResult]::new('--azure-subscription', '--azure-subscription', [CompletionResultType]::ParameterName, 'Read only this Azure subscription, by id or name; globs (`prod-*`), may be repeated [default: all]')
            [CompletionResult]::new('--exclude-azure-subscription', '--exclude-azure-subscription', [CompletionResultType]::ParameterName, 'Leave this Azure subscription out, by id, name or glob; comma-separated or repeated')
            [CompletionResult]::new('--azure-tenant', '--azure-tenant', [CompletionResultType]::ParameterName, 'Sign in to this Azure tenant, by id or domain; may be repeated [default: those of the credential]')
            [CompletionResult]::new('--azure-api', '--azure-api', [CompletionResultType]::ParameterName, 'How to read Azure: auto, arm (list by list) or resource-graph (all subscriptions at once) [default: auto]')
            [CompletionResult]::new('--azure-cloud', '--azure-cloud', [CompletionResultType]::ParameterName, 'Which of Microsoft''s clouds: public, usgovernment or china [default: public]')
            [CompletionResult]::new('--azure-resource-manager', '--azure-resource-manager', [CompletionResultType]::ParameterName, 'Resource manager URL of an emulator or of an Azure with current API versions; overrides --azure-cloud')
            [CompletionResult]::new('--azure-authority', '--azure-authority', [CompletionResultType]::ParameterName, 'URL of the authority that issues its tokens; overrides --azure-cloud')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Read only the accounts and subscriptions of this part, such as 1/4: scans of all parts share the work')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many scopes (account x region x kind) are read at once [default: 32]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one scope, or one sign-in, may take [default: 2m]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to write the changes [default: table]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to write the changes [default: table]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [default: see `netcensus config check --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour [default: auto]')
            [CompletionResult]::new('--all-fields', '--all-fields', [CompletionResultType]::ParameterName, 'Look at all fields, but for those of --ignore')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'End with 1 when something differs, as git does')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Read the embedded sandbox: sample clouds, no account needed')
            [CompletionResult]::new('--all-aws-profiles', '--all-aws-profiles', [CompletionResultType]::ParameterName, 'Sign in with every AWS profile that has something to sign in with')
            [CompletionResult]::new('--aws-org', '--aws-org', [CompletionResultType]::ParameterName, 'Read every active account of the AWS organisation, through a role in each')
            [CompletionResult]::new('--all-azure-subscriptions', '--all-azure-subscriptions', [CompletionResultType]::ParameterName, 'Read every Azure subscription that can be seen, whatever the file says')
            [CompletionResult]::new('--wide', '--wide', [CompletionResultType]::ParameterName, 'Show every change, and whole values')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;export' {
            [CompletionResult]::new('--to', '--to', [CompletionResultType]::ParameterName, 'Write to this file, or into this folder (it exists, or its name ends in `/`); `-` is standard output')
            [CompletionResult]::new('--append-history', '--append-history', [CompletionResultType]::ParameterName, 'Add the rows of the one --kind to this CSV file, with the day in the first column')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'The formats, comma-separated [default: what the file''s name ends in; csv in a folder]')
            [CompletionResult]::new('--kind', '--kind', [CompletionResultType]::ParameterName, 'Write only these kinds, comma-separated [default: all]')
            [CompletionResult]::new('--template', '--template', [CompletionResultType]::ParameterName, 'Take kinds and columns from this template of netcensus.toml, so that a table keeps its shape')
            [CompletionResult]::new('--tag-columns', '--tag-columns', [CompletionResultType]::ParameterName, 'Give these tags a column each, comma-separated, instead of one column for all')
            [CompletionResult]::new('--delimiter', '--delimiter', [CompletionResultType]::ParameterName, 'What stands between the cells of CSV: a character, or `tab` [default: ,]')
            [CompletionResult]::new('--address', '--address', [CompletionResultType]::ParameterName, 'Which address of a machine ansible and prometheus name [default: private]')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'The port that prometheus names behind each address [default: none; relabelling may add one]')
            [CompletionResult]::new('--min-rows', '--min-rows', [CompletionResultType]::ParameterName, 'Refuse to write fewer rows than this: of all kinds together, or KIND=N; may be repeated')
            [CompletionResult]::new('--max-drop', '--max-drop', [CompletionResultType]::ParameterName, 'Refuse to replace an export that had more rows of some kind by more than this share, such as 20%')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Take a saved inventory instead of the clouds: a file, @latest, @previous, @~N, @2026-11-20, @7d; `-` is standard input')
            [CompletionResult]::new('--max-age', '--max-age', [CompletionResultType]::ParameterName, 'Take the newest snapshot of the same scope instead, if it is not older than this, such as 15m')
            [CompletionResult]::new('--estate', '--estate', [CompletionResultType]::ParameterName, 'Serve the estate that a TOML file describes instead of the built-in sample')
            [CompletionResult]::new('--generate', '--generate', [CompletionResultType]::ParameterName, 'Generate an estate, such as `accounts=20,regions=4,networks=3,subnets=3,instances=100`')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Let requests fail; may be repeated: KIND[@account=GLOB,region=GLOB,action=GLOB,times=N]')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Ask only this cloud; comma-separated or repeated')
            [CompletionResult]::new('--aws-profile', '--aws-profile', [CompletionResultType]::ParameterName, 'Sign in with this AWS profile; globs (`prod-*`), may be repeated')
            [CompletionResult]::new('--aws-org-role', '--aws-org-role', [CompletionResultType]::ParameterName, 'The role to assume in the accounts of the organisation (name, with its path if it has one)')
            [CompletionResult]::new('--aws-org-external-id', '--aws-org-external-id', [CompletionResultType]::ParameterName, 'The external id that this role asks for')
            [CompletionResult]::new('--exclude-aws-account', '--exclude-aws-account', [CompletionResultType]::ParameterName, 'Leave this AWS account out, by id, name or glob; comma-separated or repeated. Names are known with --aws-org only')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated [default: all that an account has enabled]')
            [CompletionResult]::new('--exclude-region', '--exclude-region', [CompletionResultType]::ParameterName, 'Leave this AWS region out; globs, comma-separated or repeated')
            [CompletionResult]::new('--azure-subscription', '--azure-subscription', [CompletionResultType]::ParameterName, 'Read only this Azure subscription, by id or name; globs (`prod-*`), may be repeated [default: all]')
            [CompletionResult]::new('--exclude-azure-subscription', '--exclude-azure-subscription', [CompletionResultType]::ParameterName, 'Leave this Azure subscription out, by id, name or glob; comma-separated or repeated')
            [CompletionResult]::new('--azure-tenant', '--azure-tenant', [CompletionResultType]::ParameterName, 'Sign in to this Azure tenant, by id or domain; may be repeated [default: those of the credential]')
            [CompletionResult]::new('--azure-api', '--azure-api', [CompletionResultType]::ParameterName, 'How to read Azure: auto, arm (list by list) or resource-graph (all subscriptions at once) [default: auto]')
            [CompletionResult]::new('--azure-cloud', '--azure-cloud', [CompletionResultType]::ParameterName, 'Which of Microsoft''s clouds: public, usgovernment or china [default: public]')
            [CompletionResult]::new('--azure-resource-manager', '--azure-resource-manager', [CompletionResultType]::ParameterName, 'Resource manager URL of an emulator or of an Azure with current API versions; overrides --azure-cloud')
            [CompletionResult]::new('--azure-authority', '--azure-authority', [CompletionResultType]::ParameterName, 'URL of the authority that issues its tokens; overrides --azure-cloud')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Read only the accounts and subscriptions of this part, such as 1/4: scans of all parts share the work')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many scopes (account x region x kind) are read at once [default: 32]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one scope, or one sign-in, may take [default: 2m]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [default: see `netcensus config check --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour [default: auto]')
            [CompletionResult]::new('--all-tags', '--all-tags', [CompletionResultType]::ParameterName, 'Give every tag a column')
            [CompletionResult]::new('--bom', '--bom', [CompletionResultType]::ParameterName, 'Begin CSV with the byte order mark, by which Excel knows UTF-8')
            [CompletionResult]::new('--raw-formulas', '--raw-formulas', [CompletionResultType]::ParameterName, 'Leave what a spreadsheet would run as a formula as it is; for tools that are none')
            [CompletionResult]::new('--allow-incomplete', '--allow-incomplete', [CompletionResultType]::ParameterName, 'Write an incomplete inventory too; its coverage tells what is missing')
            [CompletionResult]::new('--sandbox', '--sandbox', [CompletionResultType]::ParameterName, 'Read the embedded sandbox: sample clouds, no account needed')
            [CompletionResult]::new('--all-aws-profiles', '--all-aws-profiles', [CompletionResultType]::ParameterName, 'Sign in with every AWS profile that has something to sign in with')
            [CompletionResult]::new('--aws-org', '--aws-org', [CompletionResultType]::ParameterName, 'Read every active account of the AWS organisation, through a role in each')
            [CompletionResult]::new('--all-azure-subscriptions', '--all-azure-subscriptions', [CompletionResultType]::ParameterName, 'Read every Azure subscription that can be seen, whatever the file says')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;snapshots' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to write the result [default: table]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to write the result [default: table]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [default: see `netcensus config check --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the snapshots that are kept, newest first')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Remove old snapshots')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Read snapshots to their end, and say which are not as they were written')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'netcensus;snapshots;list' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to write the result [default: table]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to write the result [default: table]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [default: see `netcensus config check --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;snapshots;prune' {
            [CompletionResult]::new('--keep-last', '--keep-last', [CompletionResultType]::ParameterName, 'Keep the newest N of each scope, and the newest complete one')
            [CompletionResult]::new('--keep-days', '--keep-days', [CompletionResultType]::ParameterName, 'Keep all that are younger than D days')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to write the result [default: table]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to write the result [default: table]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [default: see `netcensus config check --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour [default: auto]')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be removed, and remove nothing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;snapshots;verify' {
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to write the result [default: table]')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to write the result [default: table]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [default: see `netcensus config check --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;snapshots;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the snapshots that are kept, newest first')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Remove old snapshots')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Read snapshots to their end, and say which are not as they were written')
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
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Format of standard output: json, the inventory document; `scan --from -` shows it in others')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Format of standard output: json, the inventory document; `scan --from -` shows it in others')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'The folder of snapshots [default: netcensus/snapshots in the XDG state folder, ~/.local/state]')
            [CompletionResult]::new('--save', '--save', [CompletionResultType]::ParameterName, 'Keep all that was read as a snapshot in the folder, or in FILE; a FILE.json gets the inventory document')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [default: see `netcensus config check --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;sandbox' {
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'TCP port to listen on; 0 takes any free one')
            [CompletionResult]::new('--ca-file', '--ca-file', [CompletionResultType]::ParameterName, 'Where to write the authority''s certificate (PEM); a temporary file otherwise')
            [CompletionResult]::new('--config-file', '--config-file', [CompletionResultType]::ParameterName, 'Write an AWS config file with one profile per account, and point clients at it')
            [CompletionResult]::new('--estate', '--estate', [CompletionResultType]::ParameterName, 'Serve the estate that a TOML file describes instead of the built-in sample')
            [CompletionResult]::new('--generate', '--generate', [CompletionResultType]::ParameterName, 'Generate an estate, such as `accounts=20,regions=4,networks=3,subnets=3,instances=100`')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Let requests fail; may be repeated: KIND[@account=GLOB,region=GLOB,action=GLOB,times=N]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [default: see `netcensus config check --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour [default: auto]')
            [CompletionResult]::new('--tls', '--tls', [CompletionResultType]::ParameterName, 'Serve HTTPS, with a certificate authority made on the spot')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;config' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [default: see `netcensus config check --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a configuration file and print every problem in it')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the effective settings and where each came from')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'netcensus;config;check' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [default: see `netcensus config check --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;config;show' {
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Ask only this cloud; comma-separated or repeated')
            [CompletionResult]::new('--aws-profile', '--aws-profile', [CompletionResultType]::ParameterName, 'Sign in with this AWS profile; globs (`prod-*`), may be repeated')
            [CompletionResult]::new('--aws-org-role', '--aws-org-role', [CompletionResultType]::ParameterName, 'The role to assume in the accounts of the organisation (name, with its path if it has one)')
            [CompletionResult]::new('--aws-org-external-id', '--aws-org-external-id', [CompletionResultType]::ParameterName, 'The external id that this role asks for')
            [CompletionResult]::new('--exclude-aws-account', '--exclude-aws-account', [CompletionResultType]::ParameterName, 'Leave this AWS account out, by id, name or glob; comma-separated or repeated. Names are known with --aws-org only')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Read only this AWS region; globs (`eu-*`), comma-separated or repeated [default: all that an account has enabled]')
            [CompletionResult]::new('--exclude-region', '--exclude-region', [CompletionResultType]::ParameterName, 'Leave this AWS region out; globs, comma-separated or repeated')
            [CompletionResult]::new('--azure-subscription', '--azure-subscription', [CompletionResultType]::ParameterName, 'Read only this Azure subscription, by id or name; globs (`prod-*`), may be repeated [default: all]')
            [CompletionResult]::new('--exclude-azure-subscription', '--exclude-azure-subscription', [CompletionResultType]::ParameterName, 'Leave this Azure subscription out, by id, name or glob; comma-separated or repeated')
            [CompletionResult]::new('--azure-tenant', '--azure-tenant', [CompletionResultType]::ParameterName, 'Sign in to this Azure tenant, by id or domain; may be repeated [default: those of the credential]')
            [CompletionResult]::new('--azure-api', '--azure-api', [CompletionResultType]::ParameterName, 'How to read Azure: auto, arm (list by list) or resource-graph (all subscriptions at once) [default: auto]')
            [CompletionResult]::new('--azure-cloud', '--azure-cloud', [CompletionResultType]::ParameterName, 'Which of Microsoft''s clouds: public, usgovernment or china [default: public]')
            [CompletionResult]::new('--azure-resource-manager', '--azure-resource-manager', [CompletionResultType]::ParameterName, 'Resource manager URL of an emulator or of an Azure with current API versions; overrides --azure-cloud')
            [CompletionResult]::new('--azure-authority', '--azure-authority', [CompletionResultType]::ParameterName, 'URL of the authority that issues its tokens; overrides --azure-cloud')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Read only the accounts and subscriptions of this part, such as 1/4: scans of all parts share the work')
            [CompletionResult]::new('--concurrency', '--concurrency', [CompletionResultType]::ParameterName, 'How many scopes (account x region x kind) are read at once [default: 32]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long one scope, or one sign-in, may take [default: 2m]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'How to write the settings')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How to write the settings')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [default: see `netcensus config check --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour [default: auto]')
            [CompletionResult]::new('--all-aws-profiles', '--all-aws-profiles', [CompletionResultType]::ParameterName, 'Sign in with every AWS profile that has something to sign in with')
            [CompletionResult]::new('--aws-org', '--aws-org', [CompletionResultType]::ParameterName, 'Read every active account of the AWS organisation, through a role in each')
            [CompletionResult]::new('--all-azure-subscriptions', '--all-azure-subscriptions', [CompletionResultType]::ParameterName, 'Read every Azure subscription that can be seen, whatever the file says')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;config;help' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a configuration file and print every problem in it')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the effective settings and where each came from')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
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
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [default: see `netcensus config check --help`]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to colour [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Suppress progress, notes and warnings; errors and what could not be read are still reported')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is being done; twice: every request')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            break
        }
        'netcensus;help' {
            [CompletionResult]::new('scan', 'scan', [CompletionResultType]::ParameterValue, 'Read the clouds and list what is there')
            [CompletionResult]::new('overlap', 'overlap', [CompletionResultType]::ParameterValue, 'Find addresses that are in use twice, and fail on those that hurt')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Say what changed between two inventories, and what nobody can know')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write the inventory for spreadsheets and other tools, whole or not at all')
            [CompletionResult]::new('snapshots', 'snapshots', [CompletionResultType]::ParameterValue, 'List, prune and verify the snapshots that are kept')
            [CompletionResult]::new('merge', 'merge', [CompletionResultType]::ParameterValue, 'Join the inventories of several scans into one')
            [CompletionResult]::new('sandbox', 'sandbox', [CompletionResultType]::ParameterValue, 'Serve sample clouds on loopback, to try and test without an account')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Check the configuration file, or show what is set and by whom')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'netcensus;help;scan' {
            break
        }
        'netcensus;help;overlap' {
            break
        }
        'netcensus;help;diff' {
            break
        }
        'netcensus;help;export' {
            break
        }
        'netcensus;help;snapshots' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the snapshots that are kept, newest first')
            [CompletionResult]::new('prune', 'prune', [CompletionResultType]::ParameterValue, 'Remove old snapshots')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Read snapshots to their end, and say which are not as they were written')
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
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a configuration file and print every problem in it')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show the effective settings and where each came from')
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
        'netcensus;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
