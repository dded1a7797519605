"""From the queue to the carrier and back: claims, submits, answers, results."""
