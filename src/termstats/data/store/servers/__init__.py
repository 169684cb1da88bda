"""Stores on PostgreSQL and MariaDB: published whole, and only read from then on."""
