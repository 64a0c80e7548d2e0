# SPDX-License-Identifier: BSD-2-Clause
"""What a guest has in use, before and after."""
import json

# What a look reads; a script, so that the shell's history stays as it is.
FIGURES = "memstat -j\nmbufstat -j\nps -j\n"
NAMED = {"types": "type", "tags": "tag"}


def documents(text):
    """The JSON documents in a text, one after the other."""
    at, out = 0, []
    while True:
        at = min((i for i in (text.find(c, at) for c in "[{") if i >= 0), default=-1)
        if at < 0:
            return out
        doc, at = json.JSONDecoder().raw_decode(text, at)
        out.append(doc)


def numbers(mem, mbuf, ps):
    """What must come back to where it was: {what: number in use}."""
    out = {"large blocks": mem["large"]["count"], "threads": sum(p["threads"] for p in ps)}
    for group, key in (("ranges", "count"), ("caches", "inuse"), ("types", "count"),
                       ("tags", "count")):
        for x in mem[group]:
            out[group, x[NAMED.get(group, "name")]] = x[key]
    for x in mbuf["classes"]:
        out["mbufs", x["name"]] = x["inuse"]
    # A card's ring holds clusters of the size that the last traffic called for.
    for group in ("caches", "mbufs"):
        out[group, "clusters"] = sum(out.pop((group, size), 0) for size in ("2k", "4k", "16k"))
    return out


def least(looks):
    """What is always there; a packet on its way or a timer is there once."""
    return {k: min(x.get(k, 0) for x in looks) for k in set().union(*looks)}


def compare(before, after):
    """What differs, as text; empty when nothing does."""
    return "\n".join("%s: %s before, %s after" % (k, before.get(k), after.get(k))
                     for k in sorted(set(before) | set(after), key=str)
                     if before.get(k, 0) != after.get(k, 0))


def grown(before, after):
    """What is more, as text.  For a baseline of one look, which may hold a packet
    that was on its way."""
    return "\n".join("%s: %s before, %s after" % (k, before.get(k), after[k])
                     for k in sorted(after, key=str) if after[k] > before.get(k, 0))
