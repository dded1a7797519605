"""`samlink kms …`: the relay's Kakao profiles and templates."""
