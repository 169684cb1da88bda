"""The rows of a figure: the widget, its columns, its order, and what it shows of them."""
