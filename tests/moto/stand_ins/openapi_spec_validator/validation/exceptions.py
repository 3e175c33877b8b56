"""What the package raises."""


class OpenAPIValidationError(Exception):
    """A document that is wrong."""
