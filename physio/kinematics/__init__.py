"""From landmarks to joint angles: pure numpy, array in, new array out, NaN where unknown."""
