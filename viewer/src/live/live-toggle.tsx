import "./live.css";

import { type Followed, useLiveSwitch } from "./live";

/** Turns following on and off, and says how it goes. */
export function LiveToggle({ followed }: { readonly followed: Followed }) {
  const { isOn, turn } = useLiveSwitch();
  const state = !isOn ? "off" : followed.problem === undefined ? "on" : "problem";
  return (
    <span className="live">
      <button
        type="button"
        className={`live-button live-${state}`}
        aria-pressed={isOn}
        title={
          isOn
            ? "The file is followed: what is written to it is shown by itself"
            : "Follow the file while it is written"
        }
        onClick={() => {
          turn(!isOn);
        }}
      >
        <span className="live-dot" aria-hidden="true" />
        Live
      </button>
      {isOn && (
        <span className="live-words" role="status">
          {wordsOf(followed)}
        </span>
      )}
    </span>
  );
}

/** What is known of what is followed, in a few words. */
export function wordsOf({ growth, problem }: Followed): string {
  if (problem !== undefined) return problem;
  if (!growth) return "looking …";
  if (growth.members !== undefined) return `${count(growth.members)} members`;
  if (!growth.shape?.length) return "";
  const { frames = 0, newest = 0 } = growth;
  const of = growth.shape[0] ?? 0;
  const gaps = newest > frames ? `, with gaps after ${count(frames)}` : "";
  return newest === of
    ? `${count(of)} written${gaps}`
    : `${count(newest)} of ${count(of)} written${gaps}`;
}

function count(number: number): string {
  return number.toLocaleString("en");
}
