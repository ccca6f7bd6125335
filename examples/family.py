"""A family keeps a diploma and shows it to one university. Run after issuer.py, in the same folder."""

from datetime import UTC, datetime
from pathlib import Path

from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.wallet import LIGHT, Wallet

now = datetime.now(UTC)
diploma = min(Path("diplomas").glob("*.vc.json"))
issuer = ControlledIdentifierDocument.loads(Path("site/.well-known/did.json").read_bytes())

wallet = Wallet.create("family.vcw", "an example is no place for a real passphrase", kdf=LIGHT)
wallet.remembered.remember_issuer(issuer, now=now)
entry = wallet.add(diploma.read_bytes(), now=now)  # raises unless every proof holds
wallet.save()
print(f"{wallet.children[0].name}: {entry.title}")

shown = wallet.present([entry], domain="priem.vuz.example", purpose="admission 2027", now=now)
Path("shown.json").write_text(shown.bundle.text, "utf-8")
