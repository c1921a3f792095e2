module completions {

  # The accounts, apps and scenarios of this machine, as igconnect itself knows them
  def "nu-complete igconnect" [context: string] {
    let words = $context | split row --regex '\s+'
    let lines = with-env { _IGCONNECT_COMPLETE: nushell } { ^igconnect -- ...$words } | lines
    let known = $lines | where {|line| not ($line | str starts-with "-") }
    if ($known | is-empty) { null } else { $known | split column "\t" value description }
  }

  # Connect Instagram accounts and keep their tokens valid, for scripts and CI
  export extern igconnect [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --help(-h)                # Print help
    --version(-V)             # Print version
  ]

  # Connect an Instagram account through the browser
  export extern "igconnect login" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --as: string@"nu-complete igconnect"              # Give the account an alias
    --expect: string@"nu-complete igconnect"          # Fail unless this account logs in
    --app: string@"nu-complete igconnect"             # Log in through this app
    --scope: string@"nu-complete igconnect"           # Ask for this permission besides instagram_business_basic (repeatable)
    --force-reauth            # Make Instagram ask for the password, so that you can choose another account
    --no-browser              # Print the address instead of opening a browser
    --browser: string@"nu-complete igconnect"         # Open the browser with this command; %s is replaced by the address of a private page
    --redirect-uri: string@"nu-complete igconnect"    # Use this redirect URI instead of the app's
    --port: string@"nu-complete igconnect"            # Listen on this port instead of 8723, for example the one that --redirect-uri is mapped to
    --cert: path              # Use this certificate for the listener (PEM), for example from mkcert
    --key: path               # The private key of --cert (PEM), readable only by you
    --qr                      # Also show the address as a QR code, for a phone
    --with-token              # Read a token from stdin, made by "Generate token" in the App Dashboard
    --begin                   # Only print the address to visit, as JSON; finish within an hour with --finish
    --finish                  # Finish a login of --begin: read the address that the browser ended on from stdin
    --timeout: string@"nu-complete igconnect"         # How long to wait for the answer
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
  ]

  def "nu-complete igconnect status format" [] {
    [ "human" "json" "nagios" "prometheus" "junit" "github" ]
  }

  # Show the state of an account: profile, token, days left
  export extern "igconnect status" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --all                     # Show every account; the exit code is the worst of all
    --verify                  # Ask the store and Instagram too, and record what they say
    --expires-within: string@"nu-complete igconnect"  # Exit with 5 if a token expires within this time, such as 7d
    --format: string@"nu-complete igconnect status format" # Output format; --json is --format json
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
    name?: string@"nu-complete igconnect"             # @username, id or alias [default: the default account]
  ]

  def "nu-complete igconnect list state" [] {
    [ "connected" "expiring" "expired" "needs_login" "unverified" "unknown" ]
  }

  def "nu-complete igconnect list sort" [] {
    [ "expiry" "name" "followers" ]
  }

  # List connected accounts
  export extern "igconnect list" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --state: string@"nu-complete igconnect list state" # Only accounts in this state, several with commas
    --sort: string@"nu-complete igconnect list sort" # Sort by expiry, name or followers
    --limit: string@"nu-complete igconnect"           # At most this many accounts
    --from-store              # Update the cache from the store first
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
  ]

  # Refresh tokens that are due and fetch profiles
  export extern "igconnect refresh" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --all                     # Refresh every account
    --if-expires-within: string@"nu-complete igconnect" # Refresh tokens with less life left than this
    --force                   # Refresh every token that is older than 24 hours
    --dry-run                 # Show what would be done, and change nothing
    --hand-to: string@"nu-complete igconnect"         # Run this command with each new token on its standard input
    --scheduled               # Run unattended: stay silent about failures that the next run may mend, and record how this one ended
    --set: string@"nu-complete igconnect"             # The variables of this run, for a scheduler that sets none. Nothing else may follow
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
    ...accounts: string@"nu-complete igconnect"       # @username, id or alias, one or more [default: the default account]
  ]

  # Delete an account and its token from this machine
  export extern "igconnect disconnect" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --all                     # Disconnect every account
    --yes(-y)                 # Do not ask for confirmation
    --revoke                  # Try to revoke the token at Instagram first
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
    name?: string@"nu-complete igconnect"             # @username, id or alias [default: the default account]
  ]

  def "nu-complete igconnect token format" [] {
    [ "raw" "header" "env" ]
  }

  # Print the token for a pipe
  export extern "igconnect token" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --show                    # Print the token even on a terminal
    --format: string@"nu-complete igconnect token format" # Form of the line
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
    name?: string@"nu-complete igconnect"             # @username, id or alias [default: the default account]
  ]

  # Run a command with the token in its environment
  export extern "igconnect run" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --env: string@"nu-complete igconnect"             # Variable that holds the token
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
    name?: string@"nu-complete igconnect"             # @username, id or alias [default: the default account]
  ]

  # Set the default account
  export extern "igconnect use" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
    name?: string@"nu-complete igconnect"             # @username, id or alias [default: ask on a terminal]
  ]

  def "nu-complete igconnect history format" [] {
    [ "human" "csv" ]
  }

  # Show past logins, refreshes and follower counts
  export extern "igconnect history" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --all                     # Show every account
    --since: string@"nu-complete igconnect"           # Show events since then, such as 30d or 2026-08-01
    --limit: string@"nu-complete igconnect"           # Show this many of the newest events per account
    --format: string@"nu-complete igconnect history format" # Output format
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
    name?: string@"nu-complete igconnect"             # @username, id or alias [default: the default account]
  ]

  # Set up your own Meta app
  export extern "igconnect app" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
  ]

  # Add an app, or change it
  export extern "igconnect app add" [
    --id: string@"nu-complete igconnect"              # The Instagram App ID
    --redirect-uri: string@"nu-complete igconnect"    # The redirect URI [default: https://localhost:8723/callback]
    --yes(-y)                 # Replace a stored App Secret without asking
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
    name?: string@"nu-complete igconnect"             # The app's name in igconnect
  ]

  # List the apps
  export extern "igconnect app list" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --help(-h)                # Print help
    --version(-V)             # Print version
  ]

  # Remove an app and its secret; its accounts stay connected
  export extern "igconnect app remove" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --help(-h)                # Print help
    --version(-V)             # Print version
    name: string@"nu-complete igconnect"              # The app's name in igconnect
  ]

  # Check an app's id, secret and redirect URI with Instagram
  export extern "igconnect app check" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
    name?: string@"nu-complete igconnect"             # The app's name [default: the app that a login would use]
  ]

  # Show, check and move stored secrets
  export extern "igconnect store" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
  ]

  # Show the chosen store, where each store is, and what it contains
  export extern "igconnect store show" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
  ]

  # Check that each store works and its tokens are intact
  export extern "igconnect store check" [
    --all                     # Check every account; the exit code is the worst of all
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
    name?: string@"nu-complete igconnect"             # @username, id or alias [default: the default account]
  ]

  # Move accounts to another store
  export extern "igconnect store move" [
    --to: string@"nu-complete igconnect"              # The new store: keyring, sealed, command:NAME, openbao
    --all                     # Move every account, and the App Secrets
    --dry-run                 # Show what would be moved, and change nothing
    --yes(-y)                 # Do not ask for confirmation
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
    ...accounts: string@"nu-complete igconnect"       # @username, id or alias, one or more [default: the default account]
  ]

  # Refresh tokens every day with the system's scheduler
  export extern "igconnect schedule" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
  ]

  def "nu-complete igconnect schedule install with" [] {
    [ "systemd" "cron" "launchd" "windows" ]
  }

  # Install the daily refresh, or update it
  export extern "igconnect schedule install" [
    --at: string@"nu-complete igconnect"              # The time of day [default: the installed time, else one of this machine between 10:00 and 16:00]
    --with: string@"nu-complete igconnect schedule install with" # The scheduler to use
    --print                   # Show what would be installed without installing it
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
  ]

  # Show whether it is installed, its next run and the result of the last one
  export extern "igconnect schedule status" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --help(-h)                # Print help
    --version(-V)             # Print version
  ]

  # Remove the daily refresh
  export extern "igconnect schedule remove" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --help(-h)                # Print help
    --version(-V)             # Print version
  ]

  # Show the login certificate, and how to make browsers trust it
  export extern "igconnect certificate" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --trust                   # Make the browsers of this user trust it
    --yes(-y)                 # Do not ask for confirmation
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
  ]

  # Find out what is wrong, and how to fix it
  export extern "igconnect doctor" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
  ]

  # Explain an error: why it happens and what to do
  export extern "igconnect explain" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
    ...words: string@"nu-complete igconnect"          # An error code, CODE/SUBCODE, or a text
  ]

  # Show help for a command or topic
  export extern "igconnect help" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
    ...words: string@"nu-complete igconnect"          # A command such as `app add`, or a topic
  ]

  # Run the built-in sandbox to try igconnect and test scripts
  export extern "igconnect sandbox" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --port: string@"nu-complete igconnect"            # The port to listen on; 0 picks a free one
    --list                    # List the scenarios instead of serving
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
  ]

  # Print the JSON Schema of --json answers
  export extern "igconnect schema" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
    name?: string@"nu-complete igconnect"             # The name of a command, or failure [default: all of them]
  ]

  def "nu-complete igconnect completions shell" [] {
    [ "bash" "zsh" "fish" "powershell" "elvish" "nushell" ]
  }

  # Print or install a completion script for your shell
  export extern "igconnect completions" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --install                 # Write the script where the shell finds it
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
    shell?: string@"nu-complete igconnect completions shell" # The shell [default with --install: your login shell]
  ]

  # Print the manual page, or write all pages to a folder
  export extern "igconnect man" [
    --json                    # Print one JSON document
    --quiet(-q)               # Print errors only
    --verbose(-v)             # Print more details
    --no-input                # Never prompt
    --account: string@"nu-complete igconnect"         # The account to use: @username, id or alias
    --sandbox                 # Use the built-in sandbox instead of Instagram
    --scenario: string@"nu-complete igconnect"        # Choose what happens in the sandbox
    --dir: directory          # Write all pages to this folder, and create it if necessary
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
  ]

}

export use completions *
