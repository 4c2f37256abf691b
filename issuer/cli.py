"""The command `atestats`. Each subcommand lives in `issuer.commands` and is imported only when it is called.

Start-up matters: a verifier at a desk runs `atestats verify` once per paper. So this module imports click and nothing
else; `tests/test_cli.py` holds the list of modules that must not be loaded.

Exit status: what the subcommand says; 2 for wrong usage and for every `AtestatsError` that reaches this edge; 130 after
Ctrl-C, 141 when the reader of the output has gone.
"""

from __future__ import annotations

import importlib
import sys

import click

from issuer import __version__
from issuer.errors import AtestatsError

# name -> (module, short help): the help text stands here so that `--help` imports no command.
_COMMANDS = {
    "records": ("issuer.commands.records", "Check source records before anything is issued."),
    "keys": ("issuer.commands.keys", "Keys and certificates of the institutions."),
    "seal": ("issuer.commands.seal", "Compose and seal one document per record and type."),
    "trust-list": ("issuer.commands.trust_list", "Make and read the list of who may issue what, when."),
    "augment": ("issuer.commands.augment", "Raise sealed documents to B-T, B-LT or B-LTA."),
    "deliver": ("issuer.commands.deliver", "Hand out documents, none below B-T."),
    "bundle": ("issuer.commands.bundle", "Make the signed file that lets a verifier work offline."),
    "status": ("issuer.commands.status", "Revoke, suspend or replace documents; publish the status lists."),
    "verify": ("issuer.commands.verify", "Judge a sealed file, a QR text or a picture of a QR."),
    "validate": ("issuer.commands.validate", "Check a credential against the European Learning Model."),
    "dev-services": ("issuer.commands.dev_services", "Time stamps, OCSP and CRLs of the development PKI."),
    "log": ("issuer.commands.log", "The public log of issued documents: append, verify, monitor."),
    "evidence": ("issuer.commands.evidence", "Evidence records: one time stamp for a whole archive."),
}


class _LazyGroup(click.Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = importlib.import_module(_COMMANDS[cmd_name][0]).command
        if not isinstance(command, click.Command):  # pragma: no cover - a programming error
            raise TypeError(cmd_name)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="atestats")
def cli() -> None:
    """Latvia's education documents as European Digital Credentials.

    Records are checked, composed, sealed with the institution's key, and verified offline by anyone.
    """


def main() -> None:
    """Run the command line; the one place where an `AtestatsError` becomes words and an exit status."""
    try:
        sys.exit(cli(standalone_mode=False) or 0)
    except click.exceptions.Abort:
        click.echo("Pārtraukts. / Interrupted.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except AtestatsError as error:
        click.echo(error.diagnostics(), err=True)
        sys.exit(2)
    except BrokenPipeError:  # `atestats verify --json … | head`
        sys.stderr.close()
        sys.exit(141)  # as a shell reports SIGPIPE: not a success


if __name__ == "__main__":
    main()
