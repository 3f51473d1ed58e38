"""The words everyone speaks: types, settings, errors."""
