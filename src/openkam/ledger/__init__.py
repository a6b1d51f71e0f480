"""The ledger: invoice lines in, account-year facts out. No Django; money is whole ten-thousandths."""
