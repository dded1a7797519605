"""The facts that every room shares, each written once: the codes of results and responses, services, Kakao, masking."""
