"""One painter a kind of chart, and what they share."""
