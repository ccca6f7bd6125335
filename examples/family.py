"""A family keeps a diploma and shows it to one university. Run after issuer.py, in the same folder."""

from datetime import UTC, datetime
from pathlib import Path

from vcwallet.wallet import LIGHT, Wallet

now = datetime.now(UTC)
issuer = Path("site/.well-known/did.json")
diploma = min(Path("diplomas").glob("*.vc.json"))

wallet = Wallet.create("family.vcw", "an example is no place for a real passphrase", kdf=LIGHT)
wallet.add_issuer(issuer.read_bytes(), now=now)
kept = wallet.add(diploma.read_bytes(), now=now)  # raises unless every proof holds
wallet.save()
print(f"{wallet.children[0].name}: {kept.title}")

drafts = wallet.prepare([kept], to="priem.vuz.example", purpose="admission 2027", now=now)
print("the university will read:", *drafts.diplomas[0].draft.fields)
shown = wallet.sign(drafts, now=now)
Path("shown.json").write_text(shown.text, "utf-8")
