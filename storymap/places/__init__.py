"""Article -> Places: find the mentions, gather evidence, resolve them over the whole article."""
