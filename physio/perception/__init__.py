"""From pictures to landmarks: the model bundles, the body, the face."""
