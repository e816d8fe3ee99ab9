"""An hour of training at 100,000 points with a label every 5 s: what a trainer takes, and whether that grows."""
