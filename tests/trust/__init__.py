"""What docs/threats.md claims, shown: `make trust`. Long, so apart from `make test`."""
