"""Shows the demo's calls to a person: a table of all, or one transcript."""

import argparse
from collections import Counter
from datetime import UTC, date, datetime

from scripts.close_standin.world import Record, World
from scripts.demo_calls import build_world


def main() -> None:
    """Print what the arguments ask for."""
    parser = argparse.ArgumentParser(prog="python -m scripts.demo_calls", description=__doc__)
    parser.add_argument("--today", type=date.fromisoformat, default=datetime.now(UTC).date())
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--calls", type=int, default=340)
    parser.add_argument("--call", type=int, metavar="N", help="print call N, 0 being the newest")
    asked = parser.parse_args()
    world = build_world(today=asked.today, seed=asked.seed, calls=asked.calls)
    if asked.call is None:
        print(table(world))
    elif 0 <= asked.call < len(world.calls):
        print(as_text(world.calls[asked.call], world))
    else:
        parser.error(f"there are {len(world.calls)} calls, numbered from 0")


def table(world: World) -> str:
    """Return calls by disposition, and how much is said in them."""
    spread = Counter(call["disposition"] or f"({call['source']})" for call in world.calls)
    texts = [said["text"] for call in world.calls for said in utterances(call)]
    rows = [(name, str(count)) for name, count in spread.most_common()]
    rows += [
        ("calls", str(len(world.calls))),
        ("utterances", str(len(texts))),
        ("distinct texts", str(len(set(texts)))),
        ("words", str(sum(len(text.split()) for text in texts))),
    ]
    return "\n".join(f"{name:<16}{count:>8}" for name, count in rows)


def utterances(call: Record) -> list[Record]:
    """Return what was said in a call or its voicemail, in order."""
    transcript = call["recording_transcript"] or call["voicemail_transcript"] or {}
    return list(transcript.get("utterances", []))


def as_text(call: Record, world: World) -> str:
    """Return one call for reading: head, words with their seconds, note and summary."""
    leads = {lead["id"]: lead["name"] for lead in world.leads}
    outcomes = {outcome["id"]: outcome["name"] for outcome in world.outcomes}
    transcript = call["recording_transcript"] or call["voicemail_transcript"] or {}
    facts = [
        f"{call['direction']} {call['disposition']} {call['call_method']}",
        f"{call['duration']} s",
        leads.get(call["lead_id"], "no lead"),
        str(call["user_name"]),
        str(outcomes.get(call["outcome_id"], call["outcome_id"])),
    ]
    head = [f"{call['id']}  {call['date_created']}", ", ".join(facts), ""]
    said = [
        f"{u['start']:7.2f}  {u['speaker_label'] or '?'}: {u['text']}" for u in utterances(call)
    ]
    tail = ["", f"note: {call['note']!r}", f"summary: {transcript.get('summary_text')}"]
    return "\n".join(head + said + tail)


if __name__ == "__main__":
    main()
