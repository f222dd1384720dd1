"""From frames to what is seen in them: the body, whose body it is, the face, and whether the frame is good enough."""
