"""Live sessions: frames from a camera in, overlay out, everything stored."""
