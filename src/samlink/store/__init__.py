"""Everything that must outlive the process: messages, accounts, ledger, files; verbs in our words, a folder an engine."""
