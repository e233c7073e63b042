__version__ = '@VERSION@'
