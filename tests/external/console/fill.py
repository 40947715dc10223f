"""Makes a worked book large: copies its rows until every list has COUNT more of them, spread over time.

usage: fill.py DATA-DIRECTORY COUNT

Movements are not copied: their chain would not hold. The pages of what is copied are all that is looked at: the book is
no longer one that `verify` finds right.
"""

import glob
import sqlite3
import sys

NAMES = ("Agence Plateau", "Voyages du Golfe", "Comptoir des Lagunes",
         "Compagnie générale de voyages, de tourisme et de pèlerinage du Haut-Sassandra et des Grands Ponts")
PAST = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '-' || ((:count - i) * {} / :count) || ' seconds')"
MONTH, HOUR = 29 * 86_400, 3_600


def uuid():
    """A new uuid for each row."""
    return ("lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-7' || substr(hex(randomblob(2)), 2) || '-8' "
            "|| substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))")


def named(prefix):
    return f"'{prefix}-' || strftime('%Y%m%d', 'now') || '-' || hex(randomblob(6))"


def copy(book, table, count, where, **columns):
    """Adds COUNT rows: copies of those that are there, in turn, but for the columns given."""
    own = [row[1] for row in book.execute(f"PRAGMA table_info({table})") if row[1] != "id"]
    values = ", ".join(columns.get(name, f"s.{name}") for name in own)
    book.execute(
        f"WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < :count), "
        f"s AS (SELECT row_number() OVER (ORDER BY id) - 1 AS turn, * FROM {table} WHERE {where} ORDER BY id LIMIT 50) "
        f"INSERT INTO {table} ({', '.join(own)}) "
        f"SELECT {values} FROM k JOIN s ON s.turn = i % (SELECT COUNT(*) FROM s) ORDER BY i", {"count": count})


def closings(book, count):
    """A past for the chart of the first account: days with movements, more of them the more rows there are."""
    days = min(count // 300, 29)
    (now,) = book.execute("SELECT balance FROM estair_accounts WHERE id = 1").fetchone()
    for ago in range(1, days + 1):
        balance = now + (ago * 7_919 % 31 - 15) * now // 6_000 * 100
        book.execute(
            "INSERT OR IGNORE INTO estair_daily_closings (account_id, day, version, balance_previous_day, balance, daily_credit, "
            "active_credit) VALUES (1, date('now', ?), ?, 0, ?, ?, 0)",
            (f"-{ago} days", 1_000 - ago, balance, now // 1_000 * 100 if ago % 3 else 0))


def fill_book(book, count):
    past = PAST.format(MONTH)
    name = "CASE i % 4 " + " ".join(f"WHEN {at} THEN '{one}'" for at, one in enumerate(NAMES)) + " END || ' n° ' || i"
    copy(book, "estair_accounts", count, "id = 1", uuid=uuid(), name=name, version="0", balance="i * 1234500",
         balance_previous_day="0", created_at=past)
    copy(book, "requetes_financieres", count, "status IN ('open', 'waiting', 'closed', 'cancelled')", uuid=uuid(),
         name=named("REQ"), live_parent_id="NULL", message_uuid="NULL", created_at=past, updated_at=past)
    copy(book, "helpdesk", count, "1", uuid=uuid(), name=named("SUP"), created_at=past, updated_at=past,
         status="CASE i % 3 WHEN 0 THEN 'open' WHEN 1 THEN 'in_progress' ELSE s.status END")
    copy(book, "estair_notifications", count, "1", dedup="NULL", created_at=past,
         status="CASE i % 9 WHEN 0 THEN 'failed' WHEN 1 THEN 'skipped' ELSE 'completed' END", attempts="i % 9 / 2 + 1",
         last_error="CASE i % 9 WHEN 0 THEN '550 5.1.1 the address is unknown to this server' ELSE NULL END")
    # What one page holds grows with the work of people, not with the book.
    copy(book, "estair_comments", min(count, 40), "1", uuid=uuid(), created_at=past)
    copy(book, "estair_credit_limit_history", min(count, 40), "1", account_id="1", changed_at=past)
    closings(book, count)


def fill_messager(messager, count):
    past = PAST.format(HOUR)
    copy(messager, "messager_messages", count, "status = 'completed'", uuid=uuid(), idempotency_key="NULL", order_key="NULL",
         created_at=past, completed_at=f"CASE i % 50 WHEN 3 THEN NULL ELSE {past} END",
         status="CASE i % 50 WHEN 3 THEN 'failed' ELSE 'completed' END")
    messager.execute(
        "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 4) "
        "INSERT INTO messager_attempts (job_id, attempt_number, started_at, duration_ms, http_status, outcome, error) "
        "SELECT m.id, i, m.created_at, 30004 - 9 * i, CASE i WHEN 1 THEN NULL ELSE 503 END, 'retry', "
        "CASE i WHEN 1 THEN 'no answer within 30 s' ELSE '503 from the helpdesk: the storage is not reachable; "
        "the answer was cut after its first 200 characters' END FROM messager_messages m JOIN k "
        "WHERE m.status = 'failed' AND NOT EXISTS (SELECT 1 FROM messager_attempts a WHERE a.job_id = m.id)")


def main(directory, count):
    for pattern, fill in (("estair*", fill_book), ("messager*", fill_messager)):
        (path,) = [one for one in glob.glob(f"{directory}/{pattern}") if one.endswith((".db", ".sqlite", ".sqlite3"))]
        database = sqlite3.connect(path, timeout=10)
        with database:
            fill(database, count)
        database.close()


main(sys.argv[1], int(sys.argv[2]))
