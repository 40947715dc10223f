# Sourced by what needs a browser: sets ESTAIR_TEST_CHROMIUM, and installs Debian's Chromium where it is missing and root
# asks, with its languages: without them the words of its own are English, in fields of dates and files.
export ESTAIR_TEST_CHROMIUM=${ESTAIR_TEST_CHROMIUM:-/usr/bin/chromium}
if [ ! -x "$ESTAIR_TEST_CHROMIUM" ]; then
  [ "$EUID" -eq 0 ] && command -v apt-get >/dev/null || { echo "chromium is not there (Debian: chromium)" >&2 && exit 1; }
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium chromium-l10n >/dev/null
fi
