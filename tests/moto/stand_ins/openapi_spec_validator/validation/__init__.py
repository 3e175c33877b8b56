"""Has the errors, as the package has."""
