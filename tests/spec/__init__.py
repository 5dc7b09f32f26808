"""Which promise of the specification is proven by which test."""
