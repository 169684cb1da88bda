"""The data layer: store, figures and importers. It knows no terminal."""
