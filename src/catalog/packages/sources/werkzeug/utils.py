def secure_filename(name):
    name = name.replace('/', ' ').replace('\\', ' ')
    return ''.join([c for c in '_'.join(name.split()) if c.isalpha() or c.isdigit() or c in '._-']).strip('._')


from werkzeug.wrap import redirect
