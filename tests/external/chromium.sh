# Sourced by what needs a browser: sets ESTAIR_TEST_CHROMIUM, and installs Debian's Chromium where it is missing and root
# asks, with its languages: without them the words of its own are English, in fields of dates and files.
export ESTAIR_TEST_CHROMIUM=${ESTAIR_TEST_CHROMIUM:-/usr/bin/chromium}
missing=()
[ -x "$ESTAIR_TEST_CHROMIUM" ] || missing+=(chromium)
# Of another Chromium than Debian's nothing is known: the guide, which needs the languages, tries whether they are there.
if [ "$ESTAIR_TEST_CHROMIUM" = /usr/bin/chromium ] && [ ! -e /usr/lib/chromium/locales/fr.pak ]; then missing+=(chromium-l10n); fi
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$EUID" -eq 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  elif [ ! -x "$ESTAIR_TEST_CHROMIUM" ]; then
    echo "chromium is not there (Debian: chromium)" >&2 && exit 1
  fi
fi
unset missing
