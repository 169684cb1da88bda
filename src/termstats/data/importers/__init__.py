"""Importers: one module per platform, all filling the one store through `base.StoreWriter`."""
