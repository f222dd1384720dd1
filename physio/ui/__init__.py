"""What the pages share: resources, chosen patient and session, and the pieces they are made of."""
