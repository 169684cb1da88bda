"""How an import runs and writes, whatever it reads."""
