"""Draws the pictures of this folder and of ../../policies/pictures: `python3 make.py`.

A box is the component, slots before a circle are a queue before its servers, a dashed line is what comes back.
"""

from html import escape
from pathlib import Path

HERE = Path(__file__).parent
POLICIES = HERE.parent.parent / "policies" / "pictures"
TINTS = {
    "traffic": ("#5b5bd6", "#ecebfc", "#9b9bff", "#23234a"),
    "edge": ("#0b6f96", "#e0eff6", "#5cc3ee", "#11303f"),
    "compute": ("#0d7a6f", "#e0f0ed", "#3ecfbd", "#12332f"),
    "data": ("#a2631a", "#f6eadb", "#e3a75b", "#352818"),
    "control": ("#5d6470", "#ecedee", "#a3abb6", "#262c34"),
    "messaging": ("#8a4fb5", "#f3e9fa", "#cf9af2", "#2f2140"),
}
STYLE = (
    "svg{{--g:#f7f6f3;--b:#fff;--l:#d9d5cc;--i:#1c1e22;--m:#5d6168;--h:#b93c0a;--c:{0};--s:{1};"
    'font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}}'
    "@media(prefers-color-scheme:dark){{svg{{--g:#0e1115;--b:#151a20;--l:#39424d;--i:#e8ebef;--m:#a3abb6;--h:#ff8a5c;--c:{2};--s:{3}}}}}"
    "text{{fill:var(--m)}}.n{{font-size:13px;font-weight:600;fill:var(--i)}}.r{{fill:var(--h)}}.k{{fill:var(--c);font-weight:600}}"
    "path,rect,circle{{fill:none;stroke:var(--m);stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}}"
    ".g{{fill:var(--g);stroke:var(--l);stroke-width:1}}.b{{fill:var(--b);stroke:var(--l)}}.o{{stroke-dasharray:5 4}}"
    ".q{{fill:var(--b);stroke:var(--c)}}.f{{fill:var(--c);stroke:var(--c)}}.c{{fill:var(--s);stroke:var(--c);stroke-width:2}}"
    ".x{{stroke:var(--h)}}.t{{stroke:var(--c)}}"
)


class Picture:
    """Shapes on a sheet 640 wide."""

    def __init__(self, height, tint):
        self.height, self.tint, self.parts = height, TINTS[tint], []

    def rect(self, x, y, w, h, look="b", r=10):
        self.parts.append(f'<rect class="{look}" x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}"/>')

    def circle(self, x, y, r=15, look="c", inside=""):
        self.parts.append(f'<circle class="{look}" cx="{x}" cy="{y}" r="{r}"/>')
        if inside:
            self.text(x, y + 4, inside, "k", "middle")

    def text(self, x, y, words, look="", anchor=""):
        look = look and f' class="{look}"'
        anchor = anchor and f' text-anchor="{anchor}"'
        self.parts.append(f'<text{look} x="{x}" y="{y}"{anchor}>{escape(words)}</text>')

    def line(self, *points, look="", head=True):
        (x0, y0), (x1, y1) = points[-2:]
        path = "M" + "L".join(f"{x} {y}" for x, y in points)
        dx, dy = (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)
        if head:
            path += f"m{-6 * dx - 4 * dy} {-6 * dy - 4 * dx}l{6 * dx + 4 * dy} {6 * dy + 4 * dx}l{-6 * dx + 4 * dy} {-6 * dy + 4 * dx}"
        if "o" in look and head:
            # Dashes are for the line, not for its head.
            shaft, tip = path.split("m", 1)
            self.parts.append(f'<path class="{look}" d="{shaft}"/>')
            look, path = look.replace("o", "").strip(), f"M{x1} {y1}m{tip}"
        self.parts.append(f'<path{look and f" class={chr(34)}{look}{chr(34)}"} d="{path}"/>')

    def slots(self, x, y, n=3, full=2):
        """A queue that ends at x; the places next to the server are taken."""
        for i in range(n):
            self.rect(x - 12 * (i + 1), y - 10, 9, 20, "f" if i < full else "q", 2)

    def station(self, x, y, name, servers=1, slots=3, reason=""):
        """A queue before its servers, below it the name, and in the colour of failure why calls fail there."""
        self.slots(x - 18, y, slots, max(slots - 1, 0))
        gap = 26
        for i in range(servers):
            self.circle(x, y + gap * i - gap * (servers - 1) / 2, 15 if servers == 1 else 11)
        below = y + 36 + (servers - 1) * 12
        if name:
            self.text(x - 14, below, name, "n", "middle")
        if reason:
            self.text(x - 14, below + 17, reason, "r", "middle")

    def cells(self, x, y, marks, w=26, h=26):
        """A row of entries; those marked with 1 are filled."""
        for i, mark in enumerate(marks):
            self.rect(x + i * (w + 4), y, w, h, "c" if mark else "q", 4)

    def save(self, path, title):
        sheet = f'<rect class="g" x=".5" y=".5" width="639" height="{self.height - 1}" rx="12"/>'
        path.write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {self.height}" width="640" height="{self.height}" role="img">'
            f"<title>{escape(title)}</title><style>{STYLE.format(*self.tint)}</style>\n"
            + "\n".join([sheet, *self.parts]) + "\n</svg>\n"
        )


def clients():
    p = Picture(220, "traffic")
    p.text(24, 38, "open load", "n")
    p.line((24, 64), (262, 64), (290, 64))
    for x in (34, 46, 82, 92, 140, 152, 160, 214, 246):
        p.circle(x, 64, 4, "f")
    p.text(24, 90, "by the clock, answered or not")
    p.text(24, 134, "closed load", "n")
    for x in (36, 64, 92):
        p.circle(x, 162, 10)
    p.line((112, 158), (290, 158))
    p.text(24, 198, "each asks, waits, thinks, asks again")
    p.rect(298, 32, 146, 148)
    p.text(314, 58, "a request", "n")
    for i, words in enumerate(("class, by weight", "key, by Zipf’s law", "size, by its key")):
        p.text(314, 84 + 22 * i, words)
    p.text(314, 164, "timed from its start")
    p.line((444, 82), (622, 82))
    p.text(533, 72, "over the links", "", "middle")
    p.line((622, 140), (444, 140), look="o")
    p.text(533, 158, "answers", "", "middle")
    p.line((298, 170), (112, 170), look="o")
    p.save(HERE / "clients.svg", "Clients")


def cdn():
    p = Picture(200, "edge")
    p.rect(104, 20, 400, 160)
    p.line((16, 84), (140, 84))
    p.text(20, 74, "calls")
    p.circle(160, 84, 18, "c o", "∞")
    p.text(160, 122, "edge time", "", "middle")
    p.line((180, 84), (232, 84))
    p.cells(240, 71, (1, 1, 1, 1, 1, 0))
    p.text(328, 56, "objects by key, up to the capacity", "", "middle")
    p.line((424, 84), (622, 84))
    p.text(514, 74, "misses, writes")
    p.line((622, 112), (413, 112), (413, 102), look="o")
    p.text(514, 130, "from the origin")
    p.line((253, 102), (253, 154), (16, 154))
    p.text(20, 144, "hits")
    p.text(266, 158, "the least recently used leaves first")
    p.save(HERE / "cdn.svg", "CDN")


def load_balancer():
    p = Picture(220, "edge")
    p.rect(104, 36, 236, 134)
    p.line((16, 102), (134, 102))
    p.text(20, 92, "calls")
    p.circle(154, 102, 18, "c o", "∞")
    p.text(154, 140, "proxy time", "", "middle")
    p.line((174, 102), (214, 102))
    p.rect(220, 86, 104, 32, "c", 16)
    p.text(272, 106, "chooses", "k", "middle")
    p.text(272, 72, "knows what it sent", "", "middle")
    p.text(272, 140, "one instance", "", "middle")
    p.line((324, 102), (400, 102), (400, 82), (450, 82))
    p.line((400, 82), (400, 32), (450, 32), look="o")
    p.line((400, 102), (400, 132), (450, 132), look="o")
    for y, n in ((32, "2"), (82, "0"), (132, "3")):
        p.circle(472, y, 17, "c", n)
        p.text(500, y + 4, f"{n} outstanding")
    p.circle(472, 184, 17, "x o")
    p.line((464, 176), (480, 192), look="x", head=False)
    p.line((480, 176), (464, 192), look="x", head=False)
    p.text(500, 188, "down: not asked", "r")
    p.save(HERE / "load-balancer.svg", "Load balancer")


def service():
    p = Picture(234, "compute")
    p.rect(104, 16, 410, 176)
    p.line((16, 96), (122, 96))
    p.text(20, 86, "calls")
    p.text(157, 72, "backlog", "", "middle")
    p.slots(186, 96, 5, 3)
    p.text(157, 126, "queue_full", "r", "middle")
    p.text(157, 142, "gave_up", "r", "middle")
    p.rect(206, 30, 294, 148, "c")
    p.text(220, 52, "workers", "n")
    p.text(488, 52, "held until answered", "", "end")
    p.line((188, 96), (240, 96))
    p.station(300, 96, "cores", 2)
    p.line((314, 96), (622, 96))
    p.text(408, 88, "links, step by step", "", "middle")
    p.line((622, 122), (408, 122), look="o")
    p.text(622, 140, "answers", "", "end")
    p.line((408, 122), (408, 164), (16, 164))
    p.text(20, 154, "answer")
    p.text(353, 216, "While it waits for answers, a request holds a worker and no core.", "", "middle")
    p.save(HERE / "service.svg", "Service")


def cache():
    p = Picture(260, "data")
    p.rect(104, 16, 400, 186)
    p.line((16, 92), (126, 92))
    p.text(20, 82, "calls")
    p.circle(164, 92, 34, "t")
    for x, y, full in ((164, 58, 1), (193, 75, 0), (193, 109, 0), (164, 126, 1), (135, 109, 0), (135, 75, 0)):
        p.circle(x, y, 5, "f" if full else "q")
    p.text(164, 96, "nodes", "", "middle")
    p.text(164, 152, "a key’s node", "", "middle")
    p.line((202, 92), (226, 92))
    p.station(290, 92, "threads")
    p.line((308, 92), (336, 92))
    p.cells(342, 79, (1, 1, 1, 1, 0))
    p.text(417, 66, "entries by key", "", "middle")
    p.text(417, 128, "full: one leaves", "", "middle")
    p.line((495, 92), (622, 92))
    p.text(622, 82, "misses go on …", "", "end")
    p.line((622, 112), (478, 112), (478, 108), look="o")
    p.text(622, 130, "… and are kept", "", "end")
    p.line((355, 108), (355, 180), (16, 180))
    p.text(20, 170, "hits")
    p.text(320, 240, "or beside its callers: a miss is answered as one, and the caller loads and keeps it", "", "middle")
    p.save(HERE / "cache.svg", "Cache")


def database():
    p = Picture(330, "data")
    for i in (2, 1, 0):
        p.rect(72 + 8 * i, 28 - 8 * i, 536, 164)
    p.text(86, 50, "primary of a shard")
    p.line((10, 96), (84, 96))
    p.text(14, 86, "queries")
    p.station(144, 96, "connections", reason="no_connection")
    p.line((160, 96), (204, 96))
    p.station(252, 96, "locks", slots=2, reason="lock_timeout")
    p.text(241, 72, "writes", "", "middle")
    p.line((268, 96), (290, 96))
    p.rect(296, 80, 62, 32, "c", 6)
    p.text(327, 100, "memory", "k", "middle")
    p.line((358, 96), (448, 96))
    p.text(396, 88, "hit", "", "middle")
    p.line((327, 112), (327, 142), (350, 142))
    p.text(320, 132, "miss", "", "end")
    p.station(410, 142, "disk")
    p.line((426, 142), (434, 142), (434, 96), head=False)
    p.station(506, 96, "cores", 2)
    p.line((520, 96), (538, 96))
    p.rect(544, 80, 58, 32, "q", 6)
    p.text(573, 100, "commit", "k", "middle")
    p.line((573, 80), (573, 62), (632, 62))
    p.text(566, 56, "answer", "", "middle")
    p.line((573, 112), (573, 260), (530, 260), look="o")
    p.text(582, 222, "log")
    p.rect(250, 212, 274, 96)
    p.text(264, 234, "replica")
    p.station(476, 254, "apply")
    p.text(264, 258, "one write at a time")
    p.text(264, 292, "its reads may be stale")
    p.text(86, 258, "Each shard has servers")
    p.text(86, 276, "and replicas of its own.")
    p.save(HERE / "database.svg", "Database")


def nosql_table():
    p = Picture(250, "data")
    p.rect(104, 16, 400, 176)
    p.line((16, 98), (150, 98), (150, 150), (206, 150))
    p.text(20, 88, "calls")
    p.text(108, 88, "by key")
    p.line((150, 98), (150, 46), (206, 46), look="o")
    p.line((150, 98), (206, 98), look="o")
    for y, level in ((46, 70), (98, 84), (150, 14)):
        p.rect(212, y - 15, 120, 30, "q", 6)
        p.rect(216, y - 11, level, 22, "c", 4)
    p.line((272, 113), (272, 135), look="t")
    p.text(346, 42, "partition: its share and")
    p.text(346, 58, "300 s of it saved up")
    p.text(346, 102, "adaptive: borrows what")
    p.text(346, 118, "the others leave")
    p.line((332, 150), (622, 150))
    p.text(622, 140, "answer", "", "end")
    p.line((240, 165), (240, 222), look="x")
    p.text(252, 226, "throttled", "r")
    p.text(318, 226, "at the cap of a partition, or all used up")
    p.save(HERE / "nosql-table.svg", "NoSQL table")


def object_store():
    p = Picture(214, "data")
    p.rect(104, 16, 400, 142)
    p.line((16, 110), (128, 110))
    p.text(20, 100, "calls")
    for y, words in ((42, "prefix"), (76, "prefix"), (110, "its key’s prefix")):
        p.rect(134, y - 13, 150, 26, "c" if y == 110 else "q", 6)
        p.text(146, y + 4, words, "k" if y == 110 else "")
    p.line((284, 110), (316, 110))
    p.circle(338, 110, 18, "c o", "∞")
    p.text(338, 146, "first byte", "", "middle")
    p.line((358, 110), (392, 110))
    p.rect(398, 100, 88, 20, "c", 4)
    p.text(442, 146, "body, by size", "", "middle")
    p.line((486, 110), (622, 110))
    p.text(622, 100, "answer", "", "end")
    p.line((170, 123), (170, 186), look="x")
    p.text(182, 190, "throttled", "r")
    p.text(248, 190, "above 5,500 reads or 3,500 writes a second on a prefix")
    p.save(HERE / "object-store.svg", "Object store")


def quorum_store():
    p = Picture(236, "data")
    p.rect(96, 20, 452, 196)
    p.line((10, 118), (130, 118))
    p.text(14, 108, "requests")
    p.circle(150, 118, 18, "c")
    p.text(150, 156, "the node", "", "middle")
    p.text(150, 172, "that was asked", "", "middle")
    for y, name in ((54, ""), (118, "cores"), (182, "")):
        p.line((172, 118), (236, 118), (236, y), (296, y)) if y != 118 else p.line((172, y), (296, y))
        p.rect(304, y - 24, 150, 48, "q")
        p.slots(400, y)
        p.circle(426, y, 12)
        p.text(318, y + 4, "replica")
    p.text(464, 122, "cores", "n")
    p.text(464, 58, "answers")
    p.text(464, 186, "goes on", "o")
    p.line((454, 84), (590, 84), (590, 118), (630, 118))
    p.text(470, 102, "the 2nd of 3")
    p.text(248, 44, "node_rtt", "", "middle")
    p.save(HERE / "quorum-store.svg", "Quorum store")


def search_index():
    p = Picture(316, "data")
    p.line((16, 90), (84, 90))
    p.text(16, 80, "queries")
    p.rect(88, 70, 66, 40, "c", 8)
    p.text(121, 94, "scatter", "k", "middle")
    p.line((154, 90), (176, 90), head=False)
    for y, words in ((46, "node"), (134, "node: the slowest"), (232, "node")):
        p.rect(196, y - 30, 294, 98 if y == 232 else 82)
        p.text(478, y + (56 if y == 232 else 42), words, "", "end")
    for y, names in ((46, ("search threads", "cores")), (134, ("", ""))):
        p.line((176, 90), (176, y), (218, y))
        p.station(280, y, names[0])
        p.line((296, y), (340, y))
        p.station(388, y, names[1], 2, 2)
        p.line((402, y), (508, y), (508, 90), head=False)
    p.line((508, 90), (520, 90))
    p.rect(526, 70, 60, 40, "c", 8)
    p.text(556, 94, "gather", "k", "middle")
    p.line((586, 90), (626, 90))
    p.text(556, 128, "waits for all", "", "middle")
    p.line((16, 232), (218, 232))
    p.text(16, 222, "writes: to the primary")
    p.station(280, 232, "write threads", reason="queue_full")
    p.line((296, 232), (340, 232))
    p.station(388, 232, "", 2, 2)
    p.line((402, 232), (626, 232), look="o")
    p.text(622, 222, "then all replicas", "", "end")
    p.save(HERE / "search-index.svg", "Search index")


def vector_store():
    p = Picture(220, "data")
    p.rect(104, 16, 420, 160)
    p.line((16, 76), (132, 76))
    p.text(16, 66, "queries,")
    p.text(16, 94, "inserts")
    p.station(196, 76, "cores", 2)
    p.text(214, 46, "ef · log2 n distances", "", "")
    p.line((212, 76), (262, 76))
    for x, y in ((276, 70), (298, 92), (318, 62), (336, 88), (300, 72)):
        p.circle(x, y, 4, "f")
    p.line((276, 70), (300, 72), (318, 62), look="t", head=False)
    p.line((300, 72), (298, 92), (336, 88), look="t", head=False)
    p.text(306, 118, "graph in memory", "", "middle")
    p.line((350, 76), (622, 76))
    p.text(622, 66, "answer", "", "end")
    p.line((376, 76), (376, 132), (402, 132))
    p.text(368, 150, "what is not in memory", "", "end")
    p.station(462, 132, "disk", 1)
    p.line((478, 132), (502, 132), (502, 76), head=False)
    p.text(314, 202, "A query that reads from disk holds no core, and reads vector after vector.", "", "middle")
    p.save(HERE / "vector-store.svg", "Vector store")


def queue():
    p = Picture(268, "messaging")
    p.rect(104, 16, 380, 196)
    p.line((16, 84), (132, 84))
    p.text(16, 74, "messages")
    p.line((132, 108), (16, 108), look="o")
    p.text(16, 126, "accepted")
    p.slots(176, 84, 3, 1)
    p.text(160, 60, "senders", "n", "middle")
    p.text(160, 122, "held while", "", "middle")
    p.text(160, 138, "it is full", "", "middle")
    p.line((182, 84), (226, 84))
    p.cells(232, 71, (0, 0, 1, 1, 1), 22)
    p.text(294, 60, "waiting, in an order", "", "middle")
    p.line((362, 84), (496, 84))
    p.text(424, 74, "to a free hand", "", "middle")
    for y in (58, 84, 110):
        p.circle(512, y, 11)
    p.text(536, 62, "consumers", "n")
    p.text(536, 88, "prefetch each")
    p.line((512, 124), (512, 168), (294, 168), (294, 102), look="o")
    p.text(474, 186, "not done in time, or failed: again", "", "end")
    p.line((186, 212), (186, 244), (262, 244), look="x")
    p.line((244, 102), (244, 190), (186, 190), (186, 212), look="x", head=False)
    p.text(272, 248, "given out too often: dead letters, or lost", "r")
    p.text(16, 190, "queue_full", "r")
    p.text(16, 206, "throttled", "r")
    p.save(HERE / "queue.svg", "Queue")


def worker():
    p = Picture(236, "compute")
    p.rect(132, 16, 382, 176)
    p.cells(14, 83, (1, 1, 0), 18)
    p.text(14, 74, "queue")
    p.line((84, 96), (164, 96))
    p.text(126, 118, "prefetch", "", "end")
    p.slots(214, 96, 4, 2)
    p.text(192, 72, "taken", "", "middle")
    p.rect(234, 30, 266, 148, "c")
    p.text(248, 52, "tasks", "n")
    p.text(488, 52, "held until acknowledged", "", "end")
    p.line((216, 96), (268, 96))
    p.station(326, 96, "cores", 2)
    p.line((340, 96), (622, 96))
    p.text(424, 88, "links, step by step", "", "middle")
    p.line((622, 122), (424, 122), look="o")
    p.text(622, 140, "answers", "", "end")
    p.line((424, 122), (424, 164), (16, 164))
    p.text(16, 154, "done")
    p.text(16, 182, "unprocessable", "r")
    p.text(320, 218, "A message that no worker can process is found out by working on it.", "", "middle")
    p.save(HERE / "worker.svg", "Worker")


def node_pool():
    p = Picture(220, "control")
    p.text(16, 46, "instances")
    for y, words in ((66, "has a place"), (106, "has a place"), (146, "pending")):
        p.circle(30, y, 12, "c o" if words == "pending" else "f")
        p.text(52, y + 4, words, "r" if words == "pending" else "")
    for x, marks in ((190, (1, 1)), (300, (1, 0))):
        p.rect(x, 46, 92, 76)
        p.text(x + 46, 66, "node", "n", "middle")
        p.cells(x + 18, 80, marks)
    p.rect(410, 46, 92, 76, "q o")
    p.text(456, 66, "node", "n", "middle")
    p.text(456, 100, "on its way", "", "middle")
    p.line((190, 146), (456, 146), (456, 128), look="o")
    p.text(190, 166, "looks every 10 s, asks for nodes")
    p.text(518, 88, "ready after", "")
    p.text(518, 104, "three minutes", "")
    p.text(320, 204, "Under half used for ten minutes, and room elsewhere: a node goes.", "", "middle")
    p.save(HERE / "node-pool.svg", "Node pool")


def job():
    p = Picture(200, "traffic")
    p.circle(46, 78, 22, "c")
    p.line((46, 78), (46, 64), head=False)
    p.line((46, 78), (56, 84), head=False)
    p.text(46, 122, "by the clock", "", "middle")
    p.line((72, 78), (130, 78))
    p.rect(136, 48, 150, 60, "b")
    p.line((150, 92), (176, 76), (206, 88), (236, 62), (272, 84), look="t", head=False)
    p.text(211, 124, "at once, or when it is", "", "middle")
    p.text(211, 140, "cleanest before the deadline", "", "middle")
    p.line((286, 78), (336, 78))
    p.cells(344, 65, (1, 1, 1, 0, 0))
    p.text(418, 52, "items", "", "middle")
    p.text(418, 112, "some at once", "", "middle")
    p.line((494, 78), (622, 78))
    p.text(622, 68, "over the links", "", "end")
    p.line((622, 100), (500, 100), look="o")
    p.text(320, 184, "Still at work when the next run is due: that is left out, or comes afterwards.", "", "middle")
    p.save(HERE / "job.svg", "Scheduled job")


def topic():
    p = Picture(236, "messaging")
    p.rect(104, 16, 330, 160)
    p.line((16, 60), (128, 60))
    p.text(20, 50, "messages")
    p.circle(148, 60, 18, "c o", "∞")
    p.text(148, 98, "accept", "", "middle")
    p.line((148, 42), (148, 32), (16, 32), look="o")
    p.text(20, 24, "answer")
    p.line((168, 60), (216, 60))
    for y in (60, 104, 148):
        p.line((196, 60), (196, y), (216, y))
        p.rect(222, y - 15, 70, 30, "c", 6)
        p.text(257, y + 4, "copy", "k", "middle")
        p.line((292, y), (500, y))
    p.text(257, 36, "copies", "n", "middle")
    p.text(362, 52, "wants all", "", "middle")
    p.text(362, 96, "wants its class", "", "middle")
    p.text(362, 140, "fails: again, later", "", "middle")
    for y, words in ((60, "a queue"), (104, "a worker"), (148, "anything else")):
        p.text(508, y + 4, words)
    p.line((257, 163), (257, 206), look="x")
    p.text(269, 210, "after the last retry: a dead letter, or lost", "r")
    p.save(HERE / "topic.svg", "Topic")


def stream():
    p = Picture(286, "messaging")
    p.rect(104, 16, 300, 176)
    p.line((16, 104), (110, 104), (110, 160), (150, 160))
    p.text(20, 94, "records")
    p.text(24, 124, "by key")
    p.line((110, 104), (110, 58), (150, 58), look="o")
    p.line((110, 110), (150, 110), look="o")
    for y, marks in ((58, (1, 1, 1, 1, 0, 0)), (110, (1, 1, 1, 0, 0, 0)), (160, (1, 1, 1, 1, 1, 1))):
        p.cells(158, y - 13, marks)
    p.text(354, 44, "partition")
    for x, y in ((246, 76), (216, 128), (186, 178)):
        p.line((x, y + 12), (x, y), look="t")
    p.text(256, 92, "committed by the group")
    p.line((338, 58), (470, 58))
    p.line((338, 110), (440, 110), (440, 64), (470, 64))
    p.line((338, 160), (470, 160))
    p.station(520, 61, "", slots=2)
    p.station(520, 160, "consumers", slots=2)
    p.text(548, 66, "reads two")
    p.text(548, 165, "reads one")
    p.text(594, 112, "idle", "", "middle")
    p.circle(556, 108, 11, "o")
    p.text(186, 220, "A partition has one reader in each group, which works on one record at a time.")
    p.line((170, 173), (170, 252), look="x")
    p.text(182, 256, "throttled", "r")
    p.text(248, 256, "above the bytes or records a second of a partition")
    p.save(HERE / "stream.svg", "Stream")


def sieve():
    p = Picture(206, "data")
    p.text(24, 32, "new", "n")
    p.text(616, 32, "old", "n", "end")
    rows = (
        (50, "BEA", 4, "The hand comes to B, which was used: it is spared and stays where it is."),
        (130, "EA", 3, "C was not used: C goes, and the hand waits at D for the next time."),
    )
    for y, used, hand, words in rows:
        for i, key in enumerate("FEDCBA"):
            x = 74 + i * 84
            p.rect(x, y, 64, 30, "c" if key in used else "q", 6)
            p.text(x + 32, y + 20, key + (" used" if key in used else ""), "k" if key in used else "", "middle")
        x = 74 + hand * 84
        p.line((x + 32, y - 15), (x + 32, y - 3), look="x")
        if hand == 3:
            p.line((x + 12, y + 25), (x + 52, y + 5), look="x", head=False)
        p.text(320, y + 50, words, "", "middle")
    p.save(POLICIES / "sieve.svg", "SIEVE’s hand")


def ring():
    from math import cos, pi, sin

    p = Picture(230, "data")
    at = lambda turn, r: (round(150 + r * sin(2 * pi * turn), 1), round(115 - r * cos(2 * pi * turn), 1))
    p.circle(150, 115, 78, "")
    for turn, node in ((0.03, "A"), (0.14, "C"), (0.3, "B"), (0.41, "A"), (0.55, "C"), (0.66, "B"), (0.78, "A"), (0.9, "B")):
        (x, y), (u, v) = at(turn, 78), at(turn, 98)
        p.circle(x, y, 6, {"A": "f", "B": "q", "C": "c"}[node])
        p.text(u, v + 4, node, "", "middle")
    x, y = at(0.21, 78)
    p.parts.append(f'<path d="M{x - 6} {y}h12m-6 -6v12"/>')
    u, v = at(0.21, 90)
    p.text(u + 6, v + 2, "key", "n")
    for i, words in enumerate((
        "Each node has several places on the ring.",
        "A key belongs to the next place clockwise: here to B.",
        "",
        "With a node more, a key stays or goes to the new node:",
        "of n nodes, one key in n + 1 moves.",
        "",
        "If B goes, its keys go to whoever comes next, here to A:",
        "with many places, to all the others, about evenly.",
    )):
        p.text(292, 54 + 18 * i, words, "n" if i == 0 else "")
    p.save(POLICIES / "ring.svg", "A ring of hashes")


def bucket():
    p = Picture(196, "data")
    p.line((24, 56), (170, 56))
    p.text(24, 46, "a request, at its cost")
    p.rect(176, 38, 90, 36, "c", 18)
    p.text(221, 60, "enough?", "k", "middle")
    p.line((266, 56), (540, 56))
    p.text(550, 60, "granted", "n")
    p.line((200, 74), (200, 150), look="x")
    p.text(200, 172, "throttled", "r", "middle")
    p.rect(350, 82, 120, 92, "q", 8)
    p.rect(354, 118, 112, 52, "c", 6)
    p.text(410, 148, "units", "k", "middle")
    p.line((344, 132), (240, 132), (240, 80), look="o")
    p.text(252, 122, "takes it out")
    p.line((550, 104), (476, 104), look="t")
    p.text(550, 124, "fills at a rate,", "", "middle")
    p.text(550, 142, "up to its depth", "", "middle")
    p.save(POLICIES / "bucket.svg", "A token bucket")


for draw in (clients, cdn, load_balancer, service, cache, database, nosql_table, quorum_store, object_store, search_index, vector_store, queue, worker, topic, stream, node_pool, job, sieve, ring, bucket):
    draw()
