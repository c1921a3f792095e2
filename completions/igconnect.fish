# Completions of igconnect for fish: igconnect itself is asked what may come next.
complete --command igconnect --no-files --keep-order --arguments '(_IGCONNECT_COMPLETE=fish command igconnect -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token --cut-at-cursor) 2>/dev/null)'
