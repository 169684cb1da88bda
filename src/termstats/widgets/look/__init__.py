"""How everything looks: colour tokens, and the themes and styles that are made of them."""
