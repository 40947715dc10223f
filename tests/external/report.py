"""One line a check, as `run` counts them."""


class Report:
    def __init__(self):
        self.failed = 0

    def check(self, name, holds, otherwise=""):
        print(f"{'ok' if holds else 'not ok'} {name}", flush=True)
        if not holds:
            self.failed += 1
            for line in str(otherwise).splitlines():
                print(f"  {line}", flush=True)

    def end(self):
        return 1 if self.failed else 0
