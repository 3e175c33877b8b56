complete --keep-order --exclusive --command netcensus --arguments "(COMPLETE=fish netcensus -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
