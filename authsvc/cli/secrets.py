"""`authsvc secrets`: what the store must never hold."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from authsvc import secrets_folder, settings

app = typer.Typer(no_args_is_help=True, help="Peppers, tag keys and key-encryption keys.")

Folder = Annotated[Path | None, typer.Option("--secrets-dir", help="the folder (AUTHSVC_SECRETS_DIR)")]


@app.callback()
def _secrets() -> None:
    pass


@app.command()
def init(secrets_dir: Folder = None) -> None:
    """Make a secrets folder for a new store. Copy it to every replica, and keep a backup: no key can be verified without it."""
    folder = secrets_folder.create(settings.load(secrets_dir=secrets_dir).secrets_folder)
    print(f"made {folder.path}")
    _print_fingerprints(folder)


@app.command()
def fingerprints(secrets_dir: Folder = None) -> None:
    """Show a fingerprint of each secret, to compare folders by; it says nothing of the secret."""
    _print_fingerprints(secrets_folder.load(settings.load(secrets_dir=secrets_dir).secrets_folder))


def _print_fingerprints(folder: secrets_folder.SecretsFolder) -> None:
    for name, fingerprint in folder.fingerprints().items():
        print(f"{fingerprint}  {name}")
