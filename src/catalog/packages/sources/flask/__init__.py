from flask.app import Flask, Blueprint, abort, current_app, flash, g, get_flashed_messages, has_request_context, jsonify, make_response
from flask.app import redirect, render_template, render_template_string, request, send_file, send_from_directory, session, url_for
from markupsafe import Markup, escape
from werkzeug.wrap import Request, Response
import json

__version__ = '@VERSION@'
