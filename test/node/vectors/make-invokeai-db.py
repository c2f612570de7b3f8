"""Writes a database as InvokeAI keeps it, by Python's own SQLite, with its newest rows still in the write-ahead log."""

import json
import shutil
import sqlite3
import sys

NOW = "STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')"


def metadata(prompt, seed):
    return json.dumps({
        "generation_mode": "sdxl_txt2img", "positive_prompt": prompt, "negative_prompt": "blurry", "width": 832,
        "height": 1216, "seed": seed, "rand_device": "cpu", "cfg_scale": 7.5, "steps": 30, "scheduler": "euler_a",
        "model": {"key": "k", "hash": "blake3:ab", "name": "juggernaut", "base": "sdxl", "type": "main"},
        "app_version": "5.4.2",
    })


def main(target):
    db = sqlite3.connect(target + ".work", isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA wal_autocheckpoint=0")
    db.execute(f"""CREATE TABLE images (
      image_name TEXT NOT NULL PRIMARY KEY, image_origin TEXT NOT NULL, image_category TEXT NOT NULL,
      width INTEGER NOT NULL, height INTEGER NOT NULL, session_id TEXT, node_id TEXT, metadata TEXT,
      is_intermediate BOOLEAN DEFAULT FALSE, created_at DATETIME NOT NULL DEFAULT({NOW}),
      updated_at DATETIME NOT NULL DEFAULT({NOW}), deleted_at DATETIME)""")
    db.execute("ALTER TABLE images ADD COLUMN starred BOOLEAN DEFAULT FALSE")
    db.execute("ALTER TABLE images ADD COLUMN has_workflow BOOLEAN DEFAULT FALSE")
    db.execute("CREATE INDEX idx_images_created_at ON images(created_at)")
    db.execute(f"""CREATE TABLE session_queue (
      item_id INTEGER PRIMARY KEY AUTOINCREMENT, batch_id TEXT NOT NULL, queue_id TEXT NOT NULL,
      session_id TEXT NOT NULL UNIQUE, field_values TEXT, session TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'pending',
      priority INTEGER NOT NULL DEFAULT 0, error TEXT, created_at DATETIME NOT NULL DEFAULT({NOW}),
      updated_at DATETIME NOT NULL DEFAULT({NOW}), started_at DATETIME, completed_at DATETIME)""")

    def image(name, origin, category, session, text, created, intermediate=0, deleted=None, starred=0):
        db.execute("INSERT INTO images (image_name, image_origin, image_category, width, height, session_id, metadata,"
                   " is_intermediate, created_at, deleted_at, starred) VALUES (?,?,?,832,1216,?,?,?,?,?,?)",
                   (name, origin, category, session, text, intermediate, created, deleted, starred))

    def run(session, started, completed):
        db.execute("INSERT INTO session_queue (batch_id, queue_id, session_id, session, status, started_at, completed_at)"
                   " VALUES ('b', 'default', ?, '{}', 'completed', ?, ?)", (session, started, completed))

    run("s1", "2025-03-01 10:00:00.000", "2025-03-01 10:00:21.500")
    image("later.png", "internal", "general", "s1", metadata("a cat, skiing", 7), "2025-03-01 10:00:21.000", starred=1)
    image("earlier.png", "internal", "general", None, metadata("a cat", 5), "2025-02-28 23:59:59.999")
    image("step.png", "internal", "general", "s1", metadata("a cat", 5), "2025-03-01 10:00:20.000", intermediate=1)
    image("deleted.png", "internal", "general", None, metadata("gone", 5), "2025-03-01 09:00:00.000",
          deleted="2025-03-02 00:00:00.000")
    image("upload.png", "external", "user", None, None, "2025-02-27 08:00:00.000")
    image("../../etc/passwd", "internal", "general", None, metadata("out", 1), "2025-03-01 11:00:00.000")
    for i in range(40):
        image(f"bulk-{i:03}.png", "internal", "general", None, metadata(f"bulk {i}", i), f"2025-04-01 00:{i // 60:02}:{i % 60:02}.000")
    # Up to here everything goes into the database's own file; what follows stays in the log.
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    image("in-the-log.png", "internal", "general", None, metadata("a cat, skiing, snow", 9), "2025-05-01 12:00:00.000")
    db.execute("BEGIN")
    db.execute("PRAGMA cache_size=1")
    db.execute("PRAGMA cache_spill=1")
    for i in range(60):
        image(f"never-committed-{i}.png", "internal", "general", None, metadata("x" * 900, 1), "2025-06-01 00:00:00.000")
    shutil.copy(target + ".work", target)
    shutil.copy(target + ".work-wal", target + "-wal")
    db.execute("ROLLBACK")


main(sys.argv[1])
