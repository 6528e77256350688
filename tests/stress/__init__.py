"""What takes longer than a test should: bad bytes, faults, threads, sizes; ``make stress`` tries them."""
