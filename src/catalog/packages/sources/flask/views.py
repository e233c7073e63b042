from flask.app import request


class View:
    methods = None

    @classmethod
    def as_view(cls, name, *args, **kw):
        def view(**values):
            return cls(*args, **kw).dispatch_request(**values)
        return view


class MethodView(View):
    def dispatch_request(self, **values):
        from flask import abort
        f = getattr(self, request.method.lower(), None)
        return f(**values) if f else abort(405)
