print_function = division = absolute_import = unicode_literals = annotations = with_statement = generators = None
