"""Everything that must outlive the process: messages, accounts, ledger, files. Verbs in our words, one folder an engine."""
