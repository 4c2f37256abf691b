"""One module per subcommand of `atestats`; each exposes a click command named `command`."""
