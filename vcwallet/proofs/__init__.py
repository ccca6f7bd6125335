"""HOW it was signed: JSON-LD to statements (`jsonld`), canonical forms (`rdfc`, `jcs`), the cryptosuites, and
the proofs that a document carries (`data_integrity`)."""
