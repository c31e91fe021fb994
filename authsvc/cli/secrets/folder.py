"""`authsvc secrets init` and `fingerprints`: the folder alone, without a store."""

from __future__ import annotations

from authsvc import secrets_folder, settings
from authsvc.cli.command import local
from authsvc.cli.secrets.options import Folder


@local
def init(secrets_dir: Folder = None) -> None:
    """Make a secrets folder for a new store. Copy it to every replica, and keep a backup: no key can be verified without it."""
    folder = secrets_folder.create(settings.load(secrets_dir=secrets_dir).secrets_folder)
    print(f"made {folder.path}")
    _print_fingerprints(folder)


@local
def fingerprints(secrets_dir: Folder = None) -> None:
    """Show a fingerprint of each secret, to compare folders by; it says nothing of the secret."""
    _print_fingerprints(secrets_folder.load(settings.load(secrets_dir=secrets_dir).secrets_folder))


def _print_fingerprints(folder: secrets_folder.SecretsFolder) -> None:
    for name, fingerprint in folder.fingerprints().items():
        print(f"{fingerprint}  {name}")
