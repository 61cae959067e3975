"""gunicorn's command line (web/serve.py starts it), without what it does to the path that modules are sought on."""

from gunicorn.app.wsgiapp import WSGIApplication


class Server(WSGIApplication):
    def chdir(self) -> None:
        """Put no current directory first on the path: a module that lies there is not ours."""


if __name__ == "__main__":
    Server().run()
