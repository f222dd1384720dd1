"""The whole benchmark: `make validate`, which writes docs/validation.md."""
