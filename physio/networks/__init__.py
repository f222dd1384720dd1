"""The networks: fetched, made fit for MediaPipe and packed into the bundles that perception loads."""
