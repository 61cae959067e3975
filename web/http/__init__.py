"""What holds for every request: parameters, addresses, errors, security, limits, metrics, OpenAPI."""
