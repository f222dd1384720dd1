"""What concerns the therapy itself; today the alerts that the face raises and the advice that follows from it."""
