"""The command line: python -m physio."""
