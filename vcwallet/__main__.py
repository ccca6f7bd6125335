"""`python -m vcwallet`, for machines whose scripts folder is not on the path."""

from vcwallet.cli import main

main()
