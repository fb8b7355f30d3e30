"""The version that modules name as `kernel` in their manifests."""

__version__ = "1.0.0"
